import type { MimeBundle } from "../../protocol/message.ts";
import { html, type Html } from "./html.ts";

/** A picture of an output, by its address within the page: nothing is loaded from elsewhere, and no script in an SVG runs in an img. */
export function picture(data: MimeBundle): Html | undefined {
  for (const mime of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    const value = data[mime];
    if (typeof value === "string") return image(mime, value);
  }
  const svg = data["image/svg+xml"];
  return typeof svg === "string" ? image("image/svg+xml", Buffer.from(svg).toString("base64")) : undefined;
}

/** An img of bytes in base64. */
export function image(mime: string, base64: string): Html {
  const clean = base64.replace(/[^A-Za-z0-9+/=]/g, "");
  const width = mime === "image/png" ? Buffer.from(clean.slice(0, 64), "base64").subarray(16, 20) : undefined;
  const small = width?.length === 4 && width.readUInt32BE() <= 160;
  return html`<img ${small ? html`class="small" ` : ""}alt="${mime}" src="data:${mime};base64,${clean}">`;
}

const framePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** HTML of an output, drawn in a frame that may neither run scripts nor load anything. */
export function frame(markup: string): Html {
  const style = ":root{background:#fff;color:#1f2328}body{margin:8px;font:13px/1.5 system-ui,sans-serif}table{border-collapse:collapse}td,th{padding:2px 8px;text-align:right}";
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${framePolicy}"><style>${style}</style>`;
  const page = `<!doctype html>${head}${markup}`;
  return html`<iframe sandbox="" referrerpolicy="no-referrer" title="HTML output" srcdoc="${page}"></iframe>`;
}
