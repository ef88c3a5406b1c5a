/** A protobuf message by field numbers, nested ones still as bytes: all that TensorFlow's own descriptions need. */
export type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

const utf8 = new TextDecoder();

/** @throws RangeError where the bytes are no message */
export function parseMessage(bytes: Uint8Array): Fields {
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError(`the message ends within a number, at byte ${at - 1}`);
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError(`the message ends within a field, at byte ${at}`);
    return bytes.subarray(at, (at += length));
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key & 7;
    const value = wire === 0 ? varint() : wire === 1 ? take(8) : wire === 2 ? take(varint()) : wire === 5 ? take(4) : undefined;
    if (value === undefined) throw new RangeError(`wire type ${wire} at byte ${at} is none of protobuf 3`);
    const field = Math.floor(key / 8);
    const values = fields.get(field);
    if (values) values.push(value);
    else fields.set(field, [value]);
  }
  return fields;
}

export const textOf = (fields: Fields, field: number): string => {
  const value = fields.get(field)?.[0];
  return value instanceof Uint8Array ? utf8.decode(value) : "";
};

export const messagesOf = (fields: Fields, field: number): Fields[] => (fields.get(field) ?? []).map((value) => parseMessage(value as Uint8Array));
