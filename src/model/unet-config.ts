import { checkDropout, checkFlag, checkKeys, checkWhole } from "./check.ts";

/** A U-Net as data. */
export interface UnetConfig {
  readonly kind?: "unet";
  readonly image: { readonly height: number; readonly width: number; readonly channels: number };
  /** Channels of the first level; even, from 4 up. Timesteps are embedded in four times as many. */
  readonly baseChannels: number;
  /** One for each level, of the base channels. From level to level height and width are halved. */
  readonly channelMultipliers: readonly number[];
  /** Residual blocks of each level on the way down; one more on the way up. */
  readonly blocksPerLevel: number;
  /** Heights of the levels whose blocks are followed by attention; none unless told. Between down and up there is always one. */
  readonly attentionResolutions?: readonly number[];
  /** Of attention; 1 unless told. Divides all channels. */
  readonly heads?: number;
  /** The share of values dropped in each block while training, 0 unless told. */
  readonly dropout?: number;
  /** How many labels there are; 0, which is none, unless told. */
  readonly classes?: number;
  /** Whether the output has, after x's channels, as many more for the variance; false unless told. */
  readonly learnedVariance?: boolean;
  /** Of group normalisation; 32 unless told. Divides all channels. */
  readonly groups?: number;
}

/** A U-Net's config with nothing left open. */
export type UnetSettings = Required<UnetConfig>;

/**
 * Fills in what is left open, and checks the whole.
 *
 * @throws RangeError saying which value breaks which rule
 */
export function unetSettings(config: UnetConfig): UnetSettings {
  const settings: UnetSettings = {
    kind: config.kind ?? "unet",
    image: { height: config.image?.height, width: config.image?.width, channels: config.image?.channels },
    baseChannels: config.baseChannels,
    channelMultipliers: [...(config.channelMultipliers ?? [])],
    blocksPerLevel: config.blocksPerLevel,
    attentionResolutions: [...(config.attentionResolutions ?? [])],
    heads: config.heads ?? 1,
    dropout: config.dropout ?? 0,
    classes: config.classes ?? 0,
    learnedVariance: config.learnedVariance ?? false,
    groups: config.groups ?? 32,
  };
  checkKeys("a U-Net's config", config, Object.keys(settings));
  check(settings);
  return settings;
}

/** Channels of each level. */
export const levelChannels = ({ baseChannels, channelMultipliers }: UnetSettings): number[] => channelMultipliers.map((factor) => factor * baseChannels);

/** Whether the blocks of a level are followed by attention. */
export const attends = ({ image, attentionResolutions }: UnetSettings, level: number): boolean => attentionResolutions.includes(image.height / 2 ** level);

function check(settings: UnetSettings): void {
  const { kind, image, baseChannels, channelMultipliers, blocksPerLevel, heads, dropout, classes, groups } = settings;
  if (kind !== "unet") throw new RangeError(`kind "${String(kind)}" of a U-Net's config: it is "unet"`);
  for (const side of ["height", "width", "channels"] as const) checkWhole(`image.${side}`, image[side], 1);
  checkWhole("baseChannels", baseChannels, 4);
  if (baseChannels % 2 !== 0) throw new RangeError(`baseChannels ${baseChannels}: it is even, for there is a cosine to each sine of t`);
  if (channelMultipliers.length === 0) throw new RangeError("channelMultipliers []: there is one for each level, such as [1, 2, 2]");
  channelMultipliers.forEach((factor, level) => checkWhole(`channelMultipliers[${level}]`, factor, 1));
  checkWhole("blocksPerLevel", blocksPerLevel, 1);
  checkWhole("heads", heads, 1);
  checkWhole("groups", groups, 1);
  checkWhole("classes", classes, 0);
  checkDropout(dropout);
  checkFlag("learnedVariance", settings.learnedVariance);
  checkSizes(settings);
}

function checkSizes(settings: UnetSettings): void {
  const { image, channelMultipliers, attentionResolutions, heads, groups } = settings;
  const levels = channelMultipliers.length;
  const factor = 2 ** (levels - 1);
  for (const side of ["height", "width"] as const) {
    if (image[side] % factor !== 0) {
      throw new RangeError(`image.${side} ${image[side]}: ${levels} levels halve it ${levels - 1} times, so ${factor} must divide it (pad the images, or take fewer levels)`);
    }
  }
  const heights = channelMultipliers.map((_, level) => image.height / 2 ** level);
  for (const resolution of attentionResolutions) {
    if (!heights.includes(resolution)) throw new RangeError(`attentionResolutions ${resolution}: the levels have heights ${heights.join(", ")}`);
  }
  levelChannels(settings).forEach((channels, level) => {
    if (channels % groups !== 0) throw new RangeError(`groups ${groups}: it must divide the ${channels} channels of level ${level}`);
    if ((attends(settings, level) || level === levels - 1) && channels % heads !== 0) {
      throw new RangeError(`heads ${heads}: it must divide the ${channels} channels of level ${level}, which has attention`);
    }
  });
}
