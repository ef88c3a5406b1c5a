export { learnedVariance } from "./learned-variance.ts";
