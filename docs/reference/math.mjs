// Equations of doc comments, `$…$` and `$$…$$`, become HTML when the pages are made: they are read without a network, and a wrong one is found.
// So do indices in running text.
import katex from "katex";

/** Teaches a markdown-it parser equations. `onError` is told of each that KaTeX does not understand. */
export function withEquations(parser, onError) {
  const render = (tex, displayMode) => {
    try {
      return katex.renderToString(tex, { displayMode, throwOnError: true, strict: "error", output: "htmlAndMathml" });
    } catch (error) {
      onError(tex, error);
      return `<code>${parser.utils.escapeHtml(tex)}</code>`;
    }
  };
  parser.inline.ruler.before("escape", "equation", (state, silent) => {
    const display = state.src.startsWith("$$", state.pos);
    const mark = display ? "$$" : "$";
    if (!state.src.startsWith(mark, state.pos)) return false;
    const start = state.pos + mark.length;
    const end = state.src.indexOf(mark, start);
    const tex = state.src.slice(start, end);
    // "$5 and $6" is money: an equation begins and ends without a space.
    if (end < 0 || tex.trim() !== tex || tex === "") return false;
    if (!silent) state.push("equation", "", 0).content = JSON.stringify({ tex, display });
    state.pos = end + mark.length;
    return true;
  });
  parser.renderer.rules.equation = (tokens, index) => {
    const { tex, display } = JSON.parse(tokens[index].content);
    return render(tex, display);
  };
}

/** A letter with an index as it is written in running text, x_0 or ᾱ_{t−1}: the letter and what may stand in braces. */
const indexed = /(?<![\p{L}\p{N}_])(\p{L}\p{M}*)_(?:\{([^{}]+)\}|([\p{L}\p{N}]+))/gu;

/** Teaches a markdown-it parser to lower indices in running text; code stays as it is. */
export function withIndices(parser) {
  const plain = parser.renderer.rules.text;
  parser.renderer.rules.text = (tokens, index, ...rest) =>
    plain(tokens, index, ...rest).replace(indexed, (_, letter, braced, bare) => `${letter}<sub>${braced ?? bare}</sub>`);
}
