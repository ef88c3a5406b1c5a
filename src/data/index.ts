export { arrayDataset, type ArrayDatasetOptions, type Dataset, type Indices, part } from "./dataset.ts";
export { drawnImages, type DrawnImagesOptions } from "./drawn/images.ts";
export { type FigureName } from "./drawn/figures.ts";
export { type KeyedOptions } from "./drawn/keyed.ts";
export { mixturePoints, ringMixture } from "./drawn/mixture.ts";
export { toyPoints, type ToyName, type ToyPointsOptions } from "./drawn/points.ts";
export { framed } from "./framed.ts";
export { type Batch, loader, type Loader, type LoaderOptions } from "./loader.ts";
export { type Position } from "./order.ts";
