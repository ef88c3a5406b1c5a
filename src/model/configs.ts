import { type UnetConfig } from "./unet-config.ts";

/** U-Nets that are published, and one to measure with. Copy and change them: `{ ...unetConfigs.cifar10, classes: 10 }`. */
export const unetConfigs = {
  /** Ho et al. 2020 on CIFAR-10: 35,746,307 parameters. */
  cifar10: {
    image: { height: 32, width: 32, channels: 3 },
    baseChannels: 128,
    channelMultipliers: [1, 2, 2, 2],
    blocksPerLevel: 2,
    attentionResolutions: [16],
    dropout: 0.1,
  },
  /** Ho et al. 2020 on LSUN and CelebA-HQ at 256 × 256: 113,673,219 parameters. */
  lsun256: {
    image: { height: 256, width: 256, channels: 3 },
    baseChannels: 128,
    channelMultipliers: [1, 1, 2, 2, 4, 4],
    blocksPerLevel: 2,
    attentionResolutions: [16],
  },
  /** The CIFAR-10 net with a quarter of its channels and no dropout, for grey images of 32 × 32: 2,244,609 parameters. To measure with. */
  small: {
    image: { height: 32, width: 32, channels: 1 },
    baseChannels: 32,
    channelMultipliers: [1, 2, 2, 2],
    blocksPerLevel: 2,
    attentionResolutions: [16],
    groups: 8,
  },
} as const satisfies Record<string, UnetConfig>;
