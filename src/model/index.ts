export { unetConfigs } from "./configs.ts";
export { type AnyConfig, createModel, parameterCount, parameterSpecs } from "./create.ts";
export { mlp } from "./mlp.ts";
export { type MlpConfig, type MlpSettings } from "./mlp-config.ts";
export { type ApplyOptions, type ModelConfig, type TensorModel } from "./model.ts";
export { type Init, type ParameterSpec } from "./parameters.ts";
export { unet } from "./unet.ts";
export { type UnetConfig, type UnetSettings } from "./unet-config.ts";
