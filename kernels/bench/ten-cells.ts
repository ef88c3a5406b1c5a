/** One small notebook in two languages, cell for cell: numbers, text, a table, a failure that is caught. */
const cells: readonly (readonly [typescript: string, python: string])[] = [
  ["const T = 1000;\nconst beta = Array.from({ length: T }, (_, i) => 1e-4 + (0.02 - 1e-4) * i / (T - 1));", "T = 1000\nbeta = [1e-4 + (0.02 - 1e-4) * i / (T - 1) for i in range(T)]"],
  [
    "function cumulative(values: number[]): number[] {\n  let product = 1;\n  return values.map((value) => (product *= value));\n}",
    "def cumulative(values):\n    product, out = 1, []\n    for value in values:\n        product *= value\n        out.append(product)\n    return out",
  ],
  ["const alphaBar = cumulative(beta.map((b) => 1 - b));\nalphaBar[T - 1]", "alphaBar = cumulative([1 - b for b in beta])\nalphaBar[T - 1]"],
  ["const snr = alphaBar.map((a) => a / (1 - a));\nsnr.findIndex((value) => value < 1)", "snr = [a / (1 - a) for a in alphaBar]\nnext(i for i, value in enumerate(snr) if value < 1)"],
  ["for (let t = 0; t < 5; t++) console.log(t, snr[t].toFixed(3));", "for t in range(5): print(t, f'{snr[t]:.3f}')"],
  ["interface Row { t: number; snr: number }\nconst rows: Row[] = [0, 250, 500].map((t) => ({ t, snr: snr[t] }));\nrows", "rows = [{'t': t, 'snr': snr[t]} for t in (0, 250, 500)]\nrows"],
  ["const text = rows.map((row) => `${row.t}: ${row.snr}`).join(\"\\n\");\ntext.length", "text = '\\n'.join(f\"{row['t']}: {row['snr']}\" for row in rows)\nlen(text)"],
  ["try {\n  throw new RangeError(\"t outside 1…T\");\n} catch (error) {\n  console.log(String(error));\n}", "try:\n    raise ValueError('t outside 1…T')\nexcept ValueError as error:\n    print(error)"],
  ["let total = 0;\nfor (let i = 0; i < 100_000; i++) total += Math.sqrt(i);\ntotal", "import math\ntotal = 0\nfor i in range(100_000): total += math.sqrt(i)\ntotal"],
  ["new Map(rows.map((row) => [row.t, row.snr]))", "{row['t']: row['snr'] for row in rows}"],
];

const languages = { typescript: 0, python: 1 } as const;

/** The ten cells as a notebook's file. */
export function tenCellNotebook(language: keyof typeof languages, kernelName: string): string {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernelName, display_name: kernelName, language } },
    cells: cells.map((cell, i) => ({ cell_type: "code", id: `cell-${i}`, metadata: {}, source: cell[languages[language]], outputs: [], execution_count: null })),
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
