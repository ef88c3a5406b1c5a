import type { Attribute } from "../tensorflow/attributes.ts";
import type { Pointer } from "../tensorflow/c-api.ts";
import type { Native } from "../tensorflow/native.ts";
import { graphApi } from "./graph-api.ts";

const utf8 = new TextEncoder();

/**
 * Sets an attribute of an operation that is being added to a graph. Its kind is the operation's own (`kind`, such as "list(int)"): there is
 * nobody to convert it here, as there is for eager operations.
 *
 * @throws TypeError for a kind that no operation of tfjs has
 */
export function setGraphAttribute(native: Native, description: Pointer, kind: string, { name, value }: Attribute): void {
  const g = graphApi(native);
  const key = native.intern(name);
  const list = (Array.isArray(value) ? value : [value]) as number[];
  const one = list[0]!;
  const longs = (): BigInt64Array => BigInt64Array.from(list, (each) => BigInt(each));
  switch (kind) {
    case "type": return g.TF_SetAttrType(description, key, one);
    case "list(type)": return g.TF_SetAttrTypeList(description, key, Int32Array.from(list), list.length);
    case "int": return g.TF_SetAttrInt(description, key, one);
    case "list(int)": return g.TF_SetAttrIntList(description, key, longs(), list.length);
    case "bool": return g.TF_SetAttrBool(description, key, one ? 1 : 0);
    case "list(bool)": return g.TF_SetAttrBoolList(description, key, Uint8Array.from(list, (each) => (each ? 1 : 0)), list.length);
    case "float": return g.TF_SetAttrFloat(description, key, one);
    case "list(float)": return g.TF_SetAttrFloatList(description, key, Float32Array.from(list), list.length);
    case "shape": return g.TF_SetAttrShape(description, key, longs(), list.length);
    case "string": {
      const bytes = utf8.encode(value as unknown as string);
      return g.TF_SetAttrString(description, key, bytes, bytes.length);
    }
    default: throw new TypeError(`attribute ${name}: kind ${kind} is not for compiled steps`);
  }
}
