import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";
import { Retried } from "./test/support/retried.ts";

/** The tests use real processes, disks and hosts, whose pauses they cannot rule out. The reporters name what needed it, and why. */
const retry = 1;

/** vitest leaves one core free by default, which on a machine of two is half of it. */
const maxWorkers = Math.max(2, availableParallelism());

export default defineConfig({
  test: {
    maxWorkers,
    reporters: ["default", new Retried()],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/faults/**"],
          testTimeout: 30_000,
          retry,
        },
      },
      {
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          globalSetup: ["test/faults/support/figures-setup.ts", "test/faults/support/code-cache-setup.ts"],
          // What hangs has to end; how long a chain of processes takes says nothing of the product.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          retry,
          // A trial is a chain of short processes; three at a time keep two cores busy.
          maxConcurrency: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          retry,
          // A stack waits about as long as it works, for load balancers to notice and services to start, so three at once
          // fill two cores. They share the Docker engine.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
