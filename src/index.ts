export * from "./algebra/index.ts";
export * from "./gaussian/index.ts";
export * from "./oracle/index.ts";
export * from "./plot/index.ts";
export * from "./process/index.ts";
export * from "./random/index.ts";
export * from "./schedule/index.ts";
export * from "./tensor/index.ts";
