import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { noisebook: new URL("./src/index.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Bounds on hanging, not on time taken: a busy machine may be twenty times slower.
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
