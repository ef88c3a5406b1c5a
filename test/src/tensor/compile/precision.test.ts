import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { compile } from "noisebook";
import { attributesFor, hasBfloat16 } from "../../../../src/tensor/compile/configuration.ts";
import { bits, draws, graph, tf, values } from "./setting.ts";

describe("precision bfloat16", () => {
  const conv = (x: Tensor, kernel: Tensor): Tensor => tf.conv2d(x as Tensor4D, kernel as Tensor4D, 1, "same");

  it.skipIf(!graph || !hasBfloat16())("computes convolutions to 8 bits, and returns float32", () => {
    const [step, plain] = [compile(conv, { precision: "bfloat16" }), compile(conv)];
    const [x, kernel] = [draws(1, 4, 16, 16, 32), draws(2, 3, 3, 32, 32)];
    const [rough, exact] = [step(x, kernel), plain(x, kernel)];
    expect(rough.dtype).toBe("float32");
    expect(bits(rough)).not.toEqual(bits(exact));
    // Each factor of 288 products is rounded by at most 2^-9 of itself, and so is the result, which has standard deviation √288.
    const off = Math.sqrt(values(tf.mean(tf.square(tf.sub(rough, exact))))[0]!) / Math.sqrt(288);
    expect(off).toBeLessThan(3 * 2 ** -9);
    expect(off).toBeGreaterThan(2 ** -12);
    step.dispose();
    plain.dispose();
  });

  it.skipIf(!graph || !hasBfloat16())("leaves what follows them in float32", () => {
    const step = compile((x: Tensor, kernel: Tensor) => {
      const y = conv(x, kernel);
      return [y, tf.square(y), tf.add(y, 1), tf.mean(y, 3)];
    }, { precision: "bfloat16" });
    const [y, squares, sums, means] = step(draws(1, 2, 8, 8, 16), draws(2, 3, 3, 16, 16)) as [Tensor, Tensor, Tensor, Tensor];
    expect(bits(squares)).toEqual(bits(tf.square(y)));
    expect(bits(sums)).toEqual(bits(tf.add(y, 1)));
    expect(bits(means)).toEqual(bits(tf.mean(y, 3)));
    step.dispose();
  });

  it.skipIf(graph && hasBfloat16())("is refused where there is none", () => {
    const step = compile(conv, { precision: "bfloat16" });
    expect(() => step(draws(1, 1, 4, 4, 2), draws(2, 3, 3, 2, 2))).toThrow(/precision "bfloat16".*"float32"/);
  });

  it("needs the processor's instructions", () => {
    expect(hasBfloat16("flags\t\t: fpu avx512f avx512_bf16 vaes")).toBe(true);
    expect(hasBfloat16("flags\t\t: fpu avx512f avx512_bf16x")).toBe(false);
    expect(hasBfloat16("Features\t: fp asimd bf16")).toBe(true);
    expect(hasBfloat16("")).toBe(false);
  });

  it("is one flag of TensorFlow's graph optimiser: graph_options.rewrite_options.auto_mixed_precision_onednn_bfloat16 = ON", () => {
    expect(attributesFor("bfloat16")).toEqual([{ name: "config_proto", value: Uint8Array.of(0x52, 5, 0x52, 3, 0xf8, 1, 1) }]);
    expect(attributesFor("float32")).toEqual([]);
  });
});
