import path from "node:path";
import type { Missing } from "../peers.ts";
import { median } from "../statistics.ts";
import { makeProblem, writeProblem } from "./problem.ts";
import type { Scaled } from "./result.ts";
import { quietRounds } from "./rounds.ts";
import { ownCommand, ownSides, peerCommand, peerSides, withSides } from "./sides.ts";
import { batchSizes, fullSize, imageSizes, sized } from "./sizes.ts";

/** What a training step costs with other batches and images: our compiled one beside PyTorch's eager one. */
export async function scale(folder: string, python: string | undefined, missing: Missing[], progress: (line: string) => void): Promise<Scaled[]> {
  const side = fullSize.config.image.height;
  const points = [...batchSizes.map((batch) => [batch, side] as const), ...imageSizes.filter((size) => size !== side).map((size) => [fullSize.batch, size] as const)];
  const found: Scaled[] = [];
  for (const [batch, size] of points) {
    const where = path.join(folder, `${batch}-${size}`);
    writeProblem(where, makeProblem(sized(batch, size)));
    const commands = [ownCommand("compiled", where), ...(python === undefined ? [] : [peerCommand(python, "eager", where)])];
    const told = (line: string): void => progress(`batch ${batch}, images of ${size} × ${size}: ${line}`);
    found.push(
      await withSides(commands, missing, told, async (sides) => {
        // The first ones build what they need.
        for (const each of sides) await each.ask("steps", { count: 2 });
        const turns = sides.map((each) => ({ side: each, quantity: "training", measure: async () => (await each.ask("steps", { count: 2 })).seconds }));
        const { samples, failed } = await quietRounds(turns, 3, told);
        missing.push(...failed.map(({ name, reason }) => ({ name: `${name}, batch ${batch}, ${size} × ${size}`, reason })));
        const of = (name: string): number => median(samples.get("training")?.get(name) ?? []);
        return { batch, size, compiled: of(ownSides.compiled), pytorch: of(peerSides.eager) };
      }),
    );
  }
  return found;
}
