/** Mirrors images left to right, in place: `images` holds one [height, width, channels] after the other. */
export function flipImages(images: Float32Array, [height, width, channels]: readonly number[], which: readonly boolean[]): void {
  const stride = width! * channels!;
  which.forEach((flip, image) => {
    if (!flip) return;
    for (let row = image * height!; row < (image + 1) * height!; row++) flipRow(images.subarray(row * stride, (row + 1) * stride), channels!);
  });
}

function flipRow(row: Float32Array, channels: number): void {
  for (let left = 0, right = row.length - channels; left < right; left += channels, right -= channels) {
    for (let c = 0; c < channels; c++) [row[left + c], row[right + c]] = [row[right + c]!, row[left + c]!];
  }
}
