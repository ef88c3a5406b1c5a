/** Signed distance of a point to a figure's outline, below 0 inside: figures fill the circle of radius 1 about the origin. y points down. */
export type Figure = (x: number, y: number) => number;

// Not Math.hypot: its care for overflow takes most of the time of a picture.
const length = (x: number, y: number): number => Math.sqrt(x * x + y * y);

const box = (x: number, y: number, halfWidth: number, halfHeight: number): number => {
  const dx = Math.abs(x) - halfWidth;
  const dy = Math.abs(y) - halfHeight;
  return length(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0);
};

/** Half the width of a cross's arms; their corners lie on the circle. */
const ARM = 0.28;
const ARM_LENGTH = Math.sqrt(1 - ARM * ARM);

export const figures = {
  disc: (x, y) => length(x, y) - 1,
  square: (x, y) => box(x, y, Math.SQRT1_2, Math.SQRT1_2),
  cross: (x, y) => Math.min(box(x, y, ARM_LENGTH, ARM), box(x, y, ARM, ARM_LENGTH)),
  ring: (x, y) => Math.abs(length(x, y) - 0.8) - 0.2,
  // By the three lines of its sides: too short a distance beyond the corners, by less than a pixel's worth of ink.
  triangle: (x, y) => Math.max(y, (Math.abs(x) * Math.sqrt(3) - y) / 2) - 0.5,
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;
