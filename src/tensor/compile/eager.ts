import { type Tensor, tensorOps } from "../ops.ts";
import type { Step } from "./compiler.ts";
import { type Structure, takeApart } from "./structure.ts";

/** A step as it is, with a compiled one's manners: what it makes on its way is disposed, and what it returns is the caller's own. */
export function runEagerly(step: Step, inputs: readonly unknown[]): unknown {
  const tf = tensorOps();
  takeApart(inputs, "inputs", dtypeOf);
  let outputs: Structure | undefined;
  const tensors = tf.tidy(() => {
    outputs = takeApart(finished(step(...(inputs as never[]))), "the step's output", dtypeOf, true);
    return outputs.tensors.map((tensor) => tensor.clone());
  });
  return outputs!.rebuild(tensors);
}

/** @throws TypeError for what an async function returns */
export function finished<T>(whole: T): T {
  if (whole instanceof Promise) throw new TypeError("an async function cannot be compiled: a step does its work before it returns");
  return whole;
}

const dtypeOf = (tensor: Tensor): string => tensor.dtype;
