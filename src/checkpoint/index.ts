export { type Checkpoint, type CheckpointToSave, checkpointVersion, NewerCheckpointError } from "./checkpoint.ts";
export { type Dtype, type TensorData } from "./dtype.ts";
export { latestCheckpoint, loadCheckpoint, type LoadCheckpointOptions, saveCheckpoint, type SaveCheckpointOptions } from "./folder.ts";
export { float32Tensors, joinTensors, tensorGroup } from "./groups.ts";
export { type JsonValue } from "./json.ts";
export { type NamedArray, readSafetensors, type Safetensors, type StoredTensor, writeSafetensors } from "./safetensors.ts";
