import { readFileSync } from "node:fs";
import type { Precision } from "./compiler.ts";


/** Field numbers of tensorflow/core/protobuf/config.proto and rewriter_config.proto. */
const graphOptions = 10;
const rewriteOptions = 10;
const bfloat16OnCpu = 31;
const on = 1;

/**
 * What stays in float32 beside convolutions and products of matrices. Left to itself, TensorFlow has all of these follow them into bfloat16,
 * where its kernels are slower, SoftplusGrad's three times, and results worse: with this, a U-Net's step takes a fifth less time than
 * without, and its loss keeps six digits instead of three.
 */
const inFloat32 = [
  "Add", "AddN", "AddV2", "Sub", "Mul", "RealDiv", "Square", "SquaredDifference", "Sqrt", "Rsqrt", "Exp", "Log", "Sigmoid", "Softmax", "Softplus",
  "SoftplusGrad", "Tanh", "Mean", "Sum",
].join();

/** TensorFlow reads it whenever it optimises a graph, and there is no other way to tell it. */
const inferListRemove = "TF_AUTO_MIXED_PRECISION_GRAPH_REWRITE_INFERLIST_REMOVE";

/** What TensorFlow's graph optimiser is told about a step: attributes of its calls, and, for the whole process, an environment variable. */
export function attributesFor(precision: Precision): { name: string; value: Uint8Array }[] {
  if (precision === "float32") return [];
  process.env[inferListRemove] ??= inFloat32;
  return [{ name: "config_proto", value: message(graphOptions, message(rewriteOptions, varint(bfloat16OnCpu, on))) }];
}

/**
 * Whether this processor multiplies bfloat16 in hardware: elsewhere it is slower than float32.
 *
 * @param cpuinfo what /proc/cpuinfo says; "" where there is none
 */
export function hasBfloat16(cpuinfo: string = (own ??= readCpuinfo())): boolean {
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1]?.split(/\s+/) ?? [];
  return ["avx512_bf16", "amx_bf16", "bf16"].some((flag) => flags.includes(flag));
}

let own: string | undefined;

function readCpuinfo(): string {
  try {
    return readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    return "";
  }
}

/** A field of protobuf that is a message, shorter than 128 bytes. */
const message = (field: number, content: Uint8Array): Uint8Array => Uint8Array.of(...tag(field, 2), content.length, ...content);
const varint = (field: number, value: number): Uint8Array => Uint8Array.of(...tag(field, 0), value);

function tag(field: number, wireType: number): number[] {
  const value = (field << 3) | wireType;
  return value < 128 ? [value] : [(value & 127) | 128, value >> 7];
}
