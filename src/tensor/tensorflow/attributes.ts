import type { TFEOpAttr } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js";
import type { Pointer } from "./c-api.ts";
import type { Native } from "./native.ts";

/** TensorFlow's numbers of the kinds of attributes. */
export const attributeType = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5, function: 8 } as const;

/** One attribute of an operation: the name, its kind (of `attributeType`), and one value or a list of them. */
export type Attribute = TFEOpAttr;

const utf8 = new TextEncoder();

/** @throws TypeError for a value that its kind cannot have */
export function setAttribute(native: Native, op: Pointer, { name, type, value }: Attribute): void {
  const { c } = native;
  const key = native.intern(name);
  const list = Array.isArray(value) ? (value as number[]) : undefined;
  switch (type) {
    case attributeType.type:
      if (list) c.TFE_OpSetAttrTypeList(op, key, Int32Array.from(list), list.length);
      else c.TFE_OpSetAttrType(op, key, value as number);
      break;
    case attributeType.int:
      if (list) c.TFE_OpSetAttrIntList(op, key, BigInt64Array.from(list, (each) => BigInt(each)), list.length);
      else c.TFE_OpSetAttrInt(op, key, value as number);
      break;
    case attributeType.bool:
      if (list) c.TFE_OpSetAttrBoolList(op, key, Uint8Array.from(list, (each) => (each ? 1 : 0)), list.length);
      else c.TFE_OpSetAttrBool(op, key, value ? 1 : 0);
      break;
    case attributeType.float:
      if (list) c.TFE_OpSetAttrFloatList(op, key, Float32Array.from(list), list.length);
      else c.TFE_OpSetAttrFloat(op, key, value as number);
      break;
    case attributeType.string:
    case attributeType.function: {
      const bytes = utf8.encode(value as string);
      if (type === attributeType.string) c.TFE_OpSetAttrString(op, key, bytes, bytes.length);
      else c.TFE_OpSetAttrFunctionName(op, key, bytes, bytes.length);
      break;
    }
    case attributeType.shape:
      if (!list) throw new TypeError(`attribute ${name}: a shape is an array of lengths, not ${String(value)}`);
      native.setDimensions(list);
      c.TFE_OpSetAttrShape(op, key, native.dimensions, list.length, native.status.pointer);
      native.status.check(`attribute ${name}`);
      break;
    default:
      throw new TypeError(`attribute ${name}: kind ${type} is none of ${Object.values(attributeType).join(", ")}`);
  }
}
