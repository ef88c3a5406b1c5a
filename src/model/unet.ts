import { type Key } from "../random/index.ts";
import { tensorOps } from "../tensor/index.ts";
import { attention } from "./attention.ts";
import { conv } from "./conv.ts";
import { type Layer } from "./dense.ts";
import { dropper } from "./dropout.ts";
import { groupNorm } from "./group-norm.ts";
import { build, type Network, type TensorModel } from "./model.ts";
import { type Scope } from "./parameters.ts";
import { downsample, upsample } from "./resample.ts";
import { type Context, residualBlock, type Stage } from "./residual-block.ts";
import { swish } from "./swish.ts";
import { labelEmbedding, timeEmbedding } from "./time-embedding.ts";
import { attends, levelChannels, type UnetConfig, type UnetSettings, unetSettings } from "./unet-config.ts";

/**
 * The U-Net of Ho et al. 2020, appendix B, in the structure of their code: levels of residual blocks with attention at chosen resolutions,
 * down by strided convolutions, up by doubled pixels, each block on the way up taking what one on the way down left. Its last convolution
 * and the last of each block are zero at first: a new net says 0 for everything.
 *
 * What the parameters are at first depends on the key and their names alone, and is the same on every backend.
 *
 * @throws RangeError for a config that breaks a rule
 */
export function unet(config: UnetConfig, key: Key): TensorModel {
  return build(unetNetwork(config), key);
}

export function unetNetwork(config: UnetConfig): Network {
  const settings = unetSettings(config);
  const { height, width, channels } = settings.image;
  return { config: settings, shape: [height, width, channels], declare: (scope) => declare(scope, settings) };
}

function declare(scope: Scope, settings: UnetSettings): ReturnType<Network["declare"]> {
  const { image, baseChannels, classes, learnedVariance, groups, dropout } = settings;
  const time = timeEmbedding(scope.of("time"), baseChannels);
  const label = classes > 0 ? labelEmbedding(scope.of("label"), classes, 4 * baseChannels) : undefined;
  const first = conv(scope.of("convIn"), image.channels, baseChannels);
  const { stages: down, skips } = declareDown(scope, settings);
  const middle = declareMiddle(scope, settings);
  const up = declareUp(scope, settings, skips);
  const norm = groupNorm(scope.of("normOut"), { channels: levelChannels(settings)[0]!, groups, swish: true });
  const last = conv(scope.of("convOut"), levelChannels(settings)[0]!, image.channels * (learnedVariance ? 2 : 1), { zero: true });

  return (x, t, options) => {
    const tf = tensorOps();
    const embedded = label ? tf.add(time(t), label(options.labels, x.shape[0]!)) : time(t);
    const context: Context = { embedding: swish(embedded), drop: dropper(dropout, options.dropout) };
    let h = first(x);
    const left = [h];
    for (const stage of down) left.push((h = stage(h, context)));
    h = middle(h, context);
    for (const { takes, stage } of up) h = stage(takes ? tf.concat([h, left.pop()!], 3) : h, context);
    return last(norm(h));
  };
}

/** The stages of the way down, and the channels that each leaves for the way up, those of the first convolution before them. */
function declareDown(scope: Scope, settings: UnetSettings): { stages: Stage[]; skips: number[] } {
  const stages: Stage[] = [];
  const skips = [settings.baseChannels];
  const channels = levelChannels(settings);
  channels.forEach((outputs, level) => {
    const here = scope.of(`down.${level}`);
    for (let i = 0; i < settings.blocksPerLevel; i++) {
      stages.push(declareStage(here, settings, level, i, skips.at(-1)!));
      skips.push(outputs);
    }
    if (level < channels.length - 1) {
      stages.push(downsample(here.of("downsample"), outputs));
      skips.push(outputs);
    }
  });
  return { stages, skips };
}

function declareMiddle(scope: Scope, settings: UnetSettings): Stage {
  const { groups, heads } = settings;
  const channels = levelChannels(settings).at(-1)!;
  const here = scope.of("middle");
  const block = (i: number): Stage =>
    residualBlock(here.of(`block.${i}`), { inputs: channels, outputs: channels, groups, embedding: 4 * settings.baseChannels });
  const before = block(0);
  const attend = attention(here.of("attention"), { channels, groups, heads });
  const after = block(1);
  return (x, context) => after(attend(before(x, context)), context);
}

/** The stages of the way up; those that are blocks take what is left of the way down beside what comes from below. */
function declareUp(scope: Scope, settings: UnetSettings, skips: readonly number[]): { takes: boolean; stage: Stage }[] {
  const stages: { takes: boolean; stage: Stage }[] = [];
  const remaining = [...skips];
  const channels = levelChannels(settings);
  let below = channels.at(-1)!;
  for (let level = channels.length - 1; level >= 0; level--) {
    const here = scope.of(`up.${level}`);
    for (let i = 0; i <= settings.blocksPerLevel; i++) {
      stages.push({ takes: true, stage: declareStage(here, settings, level, i, below + remaining.pop()!) });
      below = channels[level]!;
    }
    if (level > 0) stages.push({ takes: false, stage: upsample(here.of("upsample"), below) });
  }
  return stages;
}

/** Block i of a level, with attention where the level has it. */
function declareStage(here: Scope, settings: UnetSettings, level: number, i: number, inputs: number): Stage {
  const { baseChannels, groups, heads } = settings;
  const outputs = levelChannels(settings)[level]!;
  const block = residualBlock(here.of(`block.${i}`), { inputs, outputs, groups, embedding: 4 * baseChannels });
  if (!attends(settings, level)) return block;
  const attend: Layer = attention(here.of(`attention.${i}`), { channels: outputs, groups, heads });
  return (x, context) => attend(block(x, context));
}
