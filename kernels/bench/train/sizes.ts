import { unetConfigs } from "../../../src/model/index.ts";
import type { ProblemSize } from "./problem.ts";

/** The U-Net of 2.2 million parameters. */
export const fullSize: ProblemSize = { config: unetConfigs.small, batch: 32, sampled: 16, samplingSteps: 50 };

/** For backends on which the other would take hours. */
export const reducedSize: ProblemSize = {
  config: { image: { height: 8, width: 8, channels: 1 }, baseChannels: 8, channelMultipliers: [1, 2], blocksPerLevel: 1, attentionResolutions: [4], groups: 4 },
  batch: 4,
  sampled: 2,
  samplingSteps: 5,
};

export const batchSizes = [8, 32, 64] as const;
export const imageSizes = [16, 32, 64] as const;

/** The same network on images of another size, attention staying on its level. */
export function sized(batch: number, side: number): ProblemSize {
  const { config } = fullSize;
  const attentionResolutions = (config.attentionResolutions ?? []).map((height) => (height * side) / config.image.height);
  return { ...fullSize, batch, config: { ...config, image: { ...config.image, height: side, width: side }, attentionResolutions } };
}
