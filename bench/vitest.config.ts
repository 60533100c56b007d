import { defineConfig } from "vitest/config";

/** `npm run bench:aws`: measures, keeps the figures in bench/results, and fails where one is not what DESIGN promises. */
export default defineConfig({
  test: { include: ["bench/**/*.bench.ts"], testTimeout: 600_000, hookTimeout: 60_000, fileParallelism: false },
});
