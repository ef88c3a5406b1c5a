import type { Pointer } from "./c-api.ts";
import type { Native } from "./native.ts";

export interface Device {
  /** TensorFlow's name, such as /job:localhost/replica:0/task:0/device:GPU:0. */
  readonly name: string;
  readonly type: string;
}

/** A ConfigProto with gpu_options.allow_growth: memory is taken as it is needed, so that notebooks can share a GPU. */
const growingConfig = Uint8Array.of(0x32, 0x02, 0x20, 0x01);

/** Where eager operations and functions run. One a process: handles and functions of two do not mix. */
export class Context {
  readonly pointer: Pointer;
  readonly devices: readonly Device[];
  /** The name of the device that floats live on: the first GPU, else the CPU. */
  readonly device: string;
  readonly onGpu: boolean;

  /** @throws TensorFlowError */
  constructor(native: Native) {
    const { c, status } = native;
    const options = c.TFE_NewContextOptions();
    try {
      c.TFE_ContextOptionsSetConfig(options, growingConfig, growingConfig.length, status.pointer);
      status.check("the context's configuration");
      this.pointer = c.TFE_NewContext(options, status.pointer);
      status.check("a new context");
    } finally {
      c.TFE_DeleteContextOptions(options);
    }
    this.devices = devicesOf(native, this.pointer);
    const gpu = this.devices.find(({ type }) => type === "GPU");
    this.onGpu = gpu !== undefined;
    this.device = (gpu ?? this.devices.find(({ type }) => type === "CPU"))!.name;
  }
}

function devicesOf({ c, status }: Native, context: Pointer): Device[] {
  const list = c.TFE_ContextListDevices(context, status.pointer);
  status.check("the list of devices");
  const devices = Array.from({ length: c.TF_DeviceListCount(list) }, (_, i) => ({
    name: c.TF_DeviceListName(list, i, status.pointer) ?? "",
    type: c.TF_DeviceListType(list, i, status.pointer) ?? "",
  }));
  c.TF_DeleteDeviceList(list);
  return devices;
}
