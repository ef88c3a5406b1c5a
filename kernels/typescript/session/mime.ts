export { bundleOf } from "./show/index.ts";
