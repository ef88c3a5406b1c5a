import type { Runtime } from "node:inspector";
import type { Variable } from "./dap.ts";

const shownCharacters = 200;

export function typeOf({ type, subtype, className }: Runtime.RemoteObject): string {
  if (subtype === "null") return "null";
  return type === "object" || type === "function" ? (className ?? type) : type;
}

/** A value as one line of text: `{ x: 1, y: 'a' }`, `Array(3) [1, 2, 3]`, `Point { x: 1 }`. */
export function textOf(value: Runtime.RemoteObject): string {
  const { type, subtype, description = "", className } = value;
  if (type === "string") return quoted(String(value.value));
  if (type === "undefined" || subtype === "null") return subtype ?? type;
  if (type === "function") return signature(description);
  if (type !== "object") return value.unserializableValue ?? description;
  if (subtype === "error") return description.split("\n")[0];
  const { preview } = value;
  if (!preview || subtype === "date" || subtype === "regexp") return description;
  const parts = preview.entries?.map(({ key, value: each }) => (key ? `${previewText(key)} => ${previewText(each)}` : previewText(each)));
  const listed = subtype === "array" || subtype === "typedarray";
  const properties = preview.properties
    // A proxy's are its target's; elements go without their index.
    .map((each) => (listed && /^\d+$/.test(each.name) ? propertyText(each) : `${each.name}: ${propertyText(each)}`));
  const all = [...(parts ?? (subtype === "promise" ? [] : properties)), ...(preview.overflow ? ["…"] : [])];
  if (subtype === "promise") return description + promiseState(preview.properties);
  const [open, close] = listed ? ["[", "]"] : ["{", "}"];
  const inside = all.length === 0 ? `${open}${close}` : listed ? `[${all.join(", ")}]` : `{ ${all.join(", ")} }`;
  return shortened(className === "Object" && description === "Object" ? inside : `${description} ${inside}`);
}

/** How many elements a list has. */
export function lengthOf({ subtype, description = "" }: Runtime.RemoteObject): number | undefined {
  if (subtype !== "array" && subtype !== "typedarray") return undefined;
  return Number(/\((\d+)\)$/.exec(description)?.[1] ?? 0);
}

/** @param refer a number for what has parts */
export function variableOf(name: string, value: Runtime.RemoteObject, refer: (value: Runtime.RemoteObject) => number): Variable {
  const indexedVariables = lengthOf(value);
  const variablesReference = value.objectId === undefined ? 0 : refer(value);
  // V8 gives a function's source, in which those of cells have no name of their own.
  const text = value.type === "function" ? textOf(value).replace(/^ƒ \(/, `ƒ ${name}(`) : textOf(value);
  return { name, value: text, type: typeOf(value), variablesReference, ...(indexedVariables === undefined ? {} : { indexedVariables }) };
}

function previewText({ type, subtype, description, properties }: Runtime.ObjectPreview): string {
  if (type === "string") return quoted(description ?? "");
  if (type === "object" && subtype !== "null" && description === "Object") return properties.length === 0 ? "{}" : "{…}";
  return description ?? type;
}

function propertyText({ type, subtype, value = "" }: Runtime.PropertyPreview): string {
  if (type === "string") return quoted(value);
  if (type === "accessor") return "(getter)";
  if (type === "function") return "ƒ";
  return type === "object" && subtype !== "null" && value === "Object" ? "{…}" : value;
}

function promiseState(properties: readonly Runtime.PropertyPreview[]): string {
  const state = properties.find(({ name }) => name === "[[PromiseState]]")?.value;
  return state === undefined ? "" : ` <${state}>`;
}

function signature(source: string): string {
  if (source.startsWith("class")) return /^class[^{]*/.exec(source)?.[0].trim() ?? "class";
  const head = /^(?:async\s+)?(?:function\s*)?(?:\*\s*)?([\w$]*)\s*(\([^()]*\))/.exec(source);
  return head ? `ƒ ${head[1]}${head[2].replace(/\s+/g, " ")}` : "ƒ";
}

function quoted(text: string): string {
  return shortened(`'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'").replace(/\n/g, "\\n").replace(/\r/g, "\\r")}'`);
}

function shortened(text: string): string {
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters - 1)}…`;
}
