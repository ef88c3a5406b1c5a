import type { TensorFlowBackend } from "../tensorflow/backend.ts";
import type { TensorFlowBinding } from "../tensorflow/binding.ts";
import type { Tensor, Variable } from "../ops.ts";
import { tensorOps } from "../ops.ts";

/** What tfjs-node's backend keeps for the elements of a tensor, or of several that share them. */
export interface Elements {
  id: number;
  refCount: number;
  readonly shape: number[];
  readonly dtype: number;
  /** Not uploaded yet, where there are any. */
  values: unknown;
}

/** The parts of tfjs-node's backend that tracing needs, and that its declarations hide. */
interface Backend {
  readonly tensorMap: { get(dataId: object): Elements };
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(metadata: { id: number; shape: number[]; dtype: number }): Tensor;
  write(values: unknown, shape: number[], dtype: string): object;
}

interface Engine {
  readonly state: {
    readonly registeredVariables: Readonly<Record<string, Variable>>;
    readonly scopeStack: readonly unknown[];
    gradientDepth: number;
    kernelDepth: number;
  };
  makeVariable(...parameters: unknown[]): Variable;
  startScope(name: string): void;
  endScope(): void;
  keep<T extends Tensor>(tensor: T): T;
}

/** Where compiled steps live: TensorFlow's context, tfjs's backend on it, and tfjs's engine. */
export class Host {
  readonly binding: TensorFlowBinding;
  readonly backend: Backend;

  constructor({ binding, backend }: TensorFlowBackend) {
    this.binding = binding;
    this.backend = backend as unknown as Backend;
  }

  get engine(): Engine {
    return tensorOps().engine() as unknown as Engine;
  }

  variables(): Variable[] {
    return Object.values(this.engine.state.registeredVariables);
  }

  elements(tensor: Tensor): Elements {
    return this.backend.tensorMap.get(tensor.dataId);
  }

  /** The number of a tensor, uploaded if it was not. */
  idOf(tensor: Tensor): number {
    return this.backend.getInputTensorIds([tensor])[0]!;
  }

  /** A tensor of what a number of the binding stands for. */
  tensor(id: number, shape: readonly number[], type: number): Tensor {
    return this.backend.createOutputTensor({ id, shape: [...shape], dtype: type });
  }

  /** A tensor that stands for a value of a traced step. */
  symbol(shape: readonly number[], type: number): Tensor {
    return this.tensor(this.binding.handles.symbol(), shape, type);
  }
}
