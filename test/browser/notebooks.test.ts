import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../kernels/root.ts";
import { jupyterOrSkip } from "../conformance/jupyter.ts";
import { chromiumOrSkip, Lab, type Notebook } from "./lab.ts";

const what = "notebooks in JupyterLab";
const browser = chromiumOrSkip(what);
const jupyter = browser === undefined ? undefined : await jupyterOrSkip(what);

const folder = path.join(packageRoot, "notebooks");
const notebooks = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

/** Pictures for README: the cell of each notebook that shows it best, written where NOISEBOOK_PICTURES says. */
const portraits: Readonly<Record<string, { readonly cell: string; readonly file: string }>> = {
  "01-forward-diffusion.ipynb": { cell: "dissolve", file: "forward-diffusion.png" },
};

/** What JupyterLab makes of a chart, once it is drawn. */
const drawings = {
  "application/vnd.vegalite.v5+json": ".vega-embed canvas, .vega-embed svg.marks",
  // Plotly's renderer shows the picture of the bundle until the mouse is over it.
  "application/vnd.plotly.v1+json": "img.plot-img, .js-plotly-plot .svg-container",
} as const;

describe.skipIf(!jupyter)(what, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.start(browser!, notebooks.map((name) => path.join(folder, name)), { width: 1250, height: 1150 });
  });
  afterAll(() => lab.close());

  it.each(notebooks)("%s runs from top to bottom, and its charts are drawn", async (name) => {
    await lab.open(name);
    await lab.restartAndRunAll();
    const { cells } = await lab.saved(name);
    const committed = (JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Notebook).cells;
    const kinds = (all: Notebook["cells"]): string[] => all.map(({ id, outputs }) => `${id}: ${outputs?.map((output) => output.output_type).join(" ") ?? ""}`);
    expect(kinds(cells)).toEqual(kinds(committed));
    const { page } = lab;
    const portrait = portraits[name];
    for (const [index, cell] of cells.entries()) {
      for (const [mime, drawing] of Object.entries(drawings)) {
        const charts = cell.outputs?.filter(({ data }) => data && mime in data).length ?? 0;
        if (charts === 0) continue;
        const drawn = (await lab.cell(index)).locator(drawing);
        await drawn.first().waitFor({ timeout: 60_000 });
        expect(await drawn.count(), `${cell.id}: ${mime}`).toBe(charts);
      }
      if (portrait?.cell === cell.id && process.env.NOISEBOOK_PICTURES) {
        await (await lab.cell(index)).locator(drawings["application/vnd.vegalite.v5+json"]).first().scrollIntoViewIfNeeded();
        await page.screenshot({ path: path.join(process.env.NOISEBOOK_PICTURES, portrait.file) });
      }
    }
  }, 400_000);
});
