import { type Key } from "../random/index.ts";
import { mlp, mlpNetwork } from "./mlp.ts";
import { type MlpConfig } from "./mlp-config.ts";
import { declared, type TensorModel } from "./model.ts";
import { type ParameterSpec } from "./parameters.ts";
import { unet, unetNetwork } from "./unet.ts";
import { type UnetConfig } from "./unet-config.ts";

/** A config of any kind of network; one that says no kind is a U-Net's. */
export type AnyConfig = UnetConfig | (MlpConfig & { readonly kind: "mlp" });

/**
 * The model of a config, of whatever kind: what `model.config`, stored in a checkpoint, makes again.
 *
 * @throws RangeError for a config that breaks a rule
 */
export function createModel(config: AnyConfig, key: Key): TensorModel {
  return config.kind === "mlp" ? mlp(config, key) : unet(config, key);
}

/** Names and shapes of a model's parameters in their order, without making it. @throws RangeError for a config that breaks a rule */
export function parameterSpecs(config: AnyConfig): readonly ParameterSpec[] {
  return declared(config.kind === "mlp" ? mlpNetwork(config) : unetNetwork(config)).specs;
}

/** How many numbers a model has to learn, without making it. @throws RangeError for a config that breaks a rule */
export function parameterCount(config: AnyConfig): number {
  return parameterSpecs(config).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
