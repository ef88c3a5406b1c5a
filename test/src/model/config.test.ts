import { describe, expect, it } from "vitest";
import { type MlpConfig, type UnetConfig, mlp, key, parameterCount, parameterSpecs, unet, unetConfigs } from "noisebook";

const tiny: UnetConfig = { image: { height: 8, width: 4, channels: 2 }, baseChannels: 4, channelMultipliers: [1, 2], blocksPerLevel: 1, attentionResolutions: [8], groups: 2 };

describe("published nets have the published numbers of parameters:", () => {
  it.each([
    ["cifar10", 35_746_307],
    ["lsun256", 113_673_219],
  ] as const)("%s", (name, count) => {
    expect(parameterCount(unetConfigs[name])).toBe(count);
  });

  it("and so has the net to measure with", () => {
    expect(parameterCount(unetConfigs.small)).toBe(2_244_609);
  });
});

describe("what an option adds:", () => {
  const { image, baseChannels } = tiny;
  const added = (options: Partial<UnetConfig>): number => parameterCount({ ...tiny, ...options }) - parameterCount(tiny);

  it("a row of the label table for each class, and one for none", () => {
    expect(added({ classes: 10 })).toBe(11 * 4 * baseChannels);
  });

  it("as many outputs for the variance", () => {
    expect(added({ learnedVariance: true })).toBe(image.channels * (9 * baseChannels + 1));
  });

  it("nothing for heads, groups and dropout", () => {
    expect(added({ heads: 2, groups: 1, dropout: 0.5 })).toBe(0);
  });

  it("a layer of time and two dense ones for each block of an MLP", () => {
    const count = (blocks: number): number => parameterCount({ kind: "mlp", width: 8, blocks });
    expect(count(3) - count(2)).toBe(2 * (8 * 8 + 8) + 32 * 8 + 8);
  });
});

it("names are stable", () => {
  const names = parameterSpecs({ ...tiny, classes: 1 }).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.slice(0, 7)).toEqual(["time.dense0.kernel", "time.dense0.bias", "time.dense1.kernel", "time.dense1.bias", "label.table", "convIn.kernel", "convIn.bias"]);
  expect(names).toEqual(expect.arrayContaining([
    "down.0.block.0.norm1.scale",
    "down.0.block.0.conv1.kernel",
    "down.0.block.0.time.kernel",
    "down.0.attention.0.query.kernel",
    "down.0.downsample.kernel",
    "down.1.block.0.shortcut.kernel",
    "middle.attention.out.bias",
    "up.1.upsample.kernel",
    "up.0.block.1.conv2.bias",
    "normOut.shift",
    "convOut.kernel",
  ]));
});

describe("refused, with the value, the rule and what to do:", () => {
  it.each([
    [{ image: { height: 9, width: 4, channels: 1 } }, "image.height 9: 2 levels halve it 1 times, so 2 must divide it (pad the images, or take fewer levels)"],
    [{ image: { height: 8, width: 4, channels: 0 } }, "image.channels 0: a whole number from 1 up is needed"],
    [{ image: undefined }, "image.height undefined: a whole number from 1 up is needed"],
    [{ baseChannels: 5 }, "baseChannels 5: it is even, for there is a cosine to each sine of t"],
    [{ baseChannels: 2.5 }, "baseChannels 2.5: a whole number from 4 up is needed"],
    [{ channelMultipliers: [] }, "channelMultipliers []: there is one for each level, such as [1, 2, 2]"],
    [{ channelMultipliers: [1, 0] }, "channelMultipliers[1] 0: a whole number from 1 up is needed"],
    [{ blocksPerLevel: 0 }, "blocksPerLevel 0: a whole number from 1 up is needed"],
    [{ attentionResolutions: [16] }, "attentionResolutions 16: the levels have heights 8, 4"],
    [{ heads: 3 }, "heads 3: it must divide the 4 channels of level 0, which has attention"],
    [{ heads: 3, attentionResolutions: [] }, "heads 3: it must divide the 8 channels of level 1, which has attention"],
    [{ groups: undefined }, "groups 32: it must divide the 4 channels of level 0"],
    [{ dropout: 1 }, "dropout 1: a share from 0 up to, not including, 1 is needed"],
    [{ classes: -1 }, "classes -1: a whole number from 0 up is needed"],
    [{ learnedVariance: "yes" }, 'learnedVariance "yes": true or false is needed'],
    [{ droput: 0.1 }, '"droput" in a U-Net\'s config: it has kind, image, baseChannels,'],
    [{ kind: "net" }, 'kind "net" of a U-Net\'s config: it is "unet"'],
  ])("%j", (change, message) => {
    expect(() => unet({ ...tiny, ...change } as UnetConfig, key(1))).toThrow(message);
    expect(() => unet({ ...tiny, ...change } as UnetConfig, key(1))).toThrow(RangeError);
  });

  it.each([
    [{ dimension: 0 }, "dimension 0: a whole number from 1 up is needed"],
    [{ width: 7 }, "width 7: it is even, for there is a cosine to each sine of t"],
    [{ blocks: -1 }, "blocks -1: a whole number from 1 up is needed"],
    [{ layers: 2 }, '"layers" in an MLP\'s config: it has kind, dimension, width,'],
  ])("%j of an MLP", (config, message) => {
    expect(() => mlp(config as MlpConfig, key(1))).toThrow(message);
  });
});
