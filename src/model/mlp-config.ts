import { checkDropout, checkFlag, checkKeys, checkWhole } from "./check.ts";

/** A network for points of a few coordinates, as data. */
export interface MlpConfig {
  readonly kind?: "mlp";
  /** d, of x's shape [n, d]; 2 unless told, points in the plane. */
  readonly dimension?: number;
  /** Of the hidden layers; even, from 4 up; 128 unless told. Timesteps are embedded in four times as many. */
  readonly width?: number;
  /** Residual blocks; 3 unless told. */
  readonly blocks?: number;
  /** The share of values dropped in each block while training, 0 unless told. */
  readonly dropout?: number;
  /** How many labels there are; 0, which is none, unless told. */
  readonly classes?: number;
  /** Whether the output has, after x's coordinates, as many more for the variance; false unless told. */
  readonly learnedVariance?: boolean;
}

/** An MLP's config with nothing left open. */
export type MlpSettings = Required<MlpConfig>;

/**
 * Fills in what is left open, and checks the whole.
 *
 * @throws RangeError saying which value breaks which rule
 */
export function mlpSettings(config: MlpConfig): MlpSettings {
  const settings: MlpSettings = {
    kind: config.kind ?? "mlp",
    dimension: config.dimension ?? 2,
    width: config.width ?? 128,
    blocks: config.blocks ?? 3,
    dropout: config.dropout ?? 0,
    classes: config.classes ?? 0,
    learnedVariance: config.learnedVariance ?? false,
  };
  checkKeys("an MLP's config", config, Object.keys(settings));
  const { kind, dimension, width, blocks, dropout, classes } = settings;
  if (kind !== "mlp") throw new RangeError(`kind "${String(kind)}" of an MLP's config: it is "mlp"`);
  checkWhole("dimension", dimension, 1);
  checkWhole("width", width, 4);
  if (width % 2 !== 0) throw new RangeError(`width ${width}: it is even, for there is a cosine to each sine of t`);
  checkWhole("blocks", blocks, 1);
  checkWhole("classes", classes, 0);
  checkDropout(dropout);
  checkFlag("learnedVariance", settings.learnedVariance);
  return settings;
}
