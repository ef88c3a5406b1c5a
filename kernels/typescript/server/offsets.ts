/** Jupyter counts code points, JavaScript UTF-16 units. */
export function utf16Offset(text: string, codePoint: number): number {
  let offset = 0;
  for (let n = 0; n < codePoint && offset < text.length; n++) offset += (text.codePointAt(offset) as number) > 0xffff ? 2 : 1;
  return offset;
}

export function codePoints(text: string, utf16: number): number {
  let count = 0;
  for (let offset = 0; offset < utf16 && offset < text.length; count++) offset += (text.codePointAt(offset) as number) > 0xffff ? 2 : 1;
  return count;
}
