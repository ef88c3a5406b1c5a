import type { kernelNames } from "../typescript/kernelspec.ts";

/** A ground for each engine. */
const grounds: Readonly<Record<(typeof kernelNames)[number], string>> = { noisebook: "#3178c6", "noisebook-tslab": "#5b6472" };

/** Noise, as points (x, y, radius), and how much of it is left towards the right, where the curve comes out. */
const noise: readonly (readonly [number, number, number])[] = [
  [8, 14, 2], [9, 30, 1.6], [7, 45, 1.8], [14, 21, 2.2], [15, 38, 2], [13, 54, 1.7], [20, 11, 1.6], [21, 29, 1.8], [22, 48, 2], [27, 19, 1.5],
  [29, 40, 1.4], [30, 55, 1.3], [36, 13, 1.2], [38, 52, 1.1], [44, 9, 0.9], [50, 15, 0.8], [55, 24, 0.6],
];

/** A kernel's logo: a Gaussian that comes out of noise. */
export function logo(name: (typeof kernelNames)[number]): string {
  const points = noise.map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}"/>`).join("");
  const curve = "M8 47C20 47 24 44 29 31C32 22 34 18 36 18C38 18 40 22 43 31C48 44 52 47 57 47";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64"><rect width="64" height="64" rx="10" fill="${grounds[name]}"/><g fill="#fff" opacity=".55">${points}</g><path d="${curve}" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>
`;
}

/** A kernelspec's files beside its kernel.json, by the names that Jupyter looks for. */
export async function logoFiles(name: (typeof kernelNames)[number]): Promise<Readonly<Record<string, string | Uint8Array>>> {
  const { Resvg } = await import("@resvg/resvg-js");
  const svg = logo(name);
  const png = (side: number): Uint8Array => new Resvg(svg, { fitTo: { mode: "width", value: side }, font: { loadSystemFonts: false } }).render().asPng();
  return { "logo-svg.svg": svg, "logo-32x32.png": png(32), "logo-64x64.png": png(64) };
}
