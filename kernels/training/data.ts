import { readdir } from "node:fs/promises";
import path from "node:path";
import {
  type Dataset, type ToyName, cifar10, drawnImages, framed, idxImages, mixturePoints, mnist, pngFolder, ringMixture, toyPoints,
} from "../../src/data/index.ts";
import { type Key } from "../../src/random/index.ts";
import { CommandError, exitCodes, systemCode, systemReason } from "../client/exit-codes.ts";
import { type Fields } from "./fields.ts";

export const dataKinds = ["images", "points", "mnist", "idx", "cifar10", "png"] as const;
export type DataKind = (typeof dataKinds)[number];

/** The data that a recipe names; relative paths are from `base`. What is drawn is drawn with the key. */
export async function dataOf(fields: Fields, key: Key, base: string): Promise<Dataset> {
  const kind = fields.choice("kind", dataKinds) ?? "images";
  const place = (name: string): string => {
    const file = fields.text(name);
    if (file === undefined) throw fields.refuse(name, `the path of the data, for "${kind}"`);
    return path.resolve(base, file);
  };
  const frame = fields.any("frame") as readonly [number, number] | undefined;
  const count = fields.whole("count");
  const drawn = { key, ...(count !== undefined && { count }) };
  const make: Record<DataKind, () => Dataset | Promise<Dataset>> = {
    images() {
      // Options of several types, which drawnImages checks itself.
      const names = ["side", "channels", "classes", "radius", "shift", "turn", "ink", "paper"];
      const options = Object.fromEntries(names.flatMap((name) => (fields.any(name) === undefined ? [] : [[name, fields.any(name)]])));
      return fields.within(() => drawnImages({ ...drawn, ...options }));
    },
    points() {
      const name = fields.text("name") ?? "moons";
      const noise = fields.number("noise");
      return fields.within(() => (name === "mixture" ? mixturePoints(ringMixture(), drawn) : toyPoints(name as ToyName, { ...drawn, ...(noise !== undefined && { noise }) })));
    },
    mnist: () => mnist(place("path")),
    idx() {
      const labels = fields.has("labels") ? place("labels") : undefined;
      return idxImages(place("path"), labels === undefined ? {} : { labels });
    },
    cifar10: () => cifar10(place("path")),
    png() {
      const [channels, background] = [fields.number("channels") as 1 | 3 | undefined, fields.number("background")];
      return pngFolder(place("path"), { ...(channels !== undefined && { channels }), ...(background !== undefined && { background }) });
    },
  };
  const data = await explained(() => make[kind]());
  return fields.within(() => (frame === undefined ? data : framed(data, frame)));
}

/** What kind of data a path holds: for `--data`. */
export async function kindOfPath(place: string): Promise<DataKind> {
  const names = await readdir(place).catch((error: unknown) => {
    if (systemCode(error) === "ENOTDIR") return undefined;
    throw new CommandError(`--data ${place}: ${systemReason(error)}`, exitCodes.usage);
  });
  if (names === undefined) return "idx";
  if (names.some((name) => /-images[-.]idx3-ubyte(\.gz)?$/.test(name))) return "mnist";
  if (names.some((name) => /_batch.*\.bin$/.test(name))) return "cifar10";
  return "png";
}

/** Data that cannot be read are for the user to mend, not for us. */
async function explained<T>(make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof CommandError || !(error instanceof Error)) throw error;
    throw new CommandError(`the data cannot be used: ${error.message}`, exitCodes.usage, { cause: error });
  }
}
