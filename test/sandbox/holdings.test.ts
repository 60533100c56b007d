import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { holdsResources } from "../../src/sandbox/holdings.ts";
import { make } from "../support/stack-parts.ts";
import { startStage } from "../support/stage.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

describe("what a sandbox that does not run holds", () => {
  it("is seen on its disk, whatever is left of a stack, until nothing is", async () => {
    const stage = await startStage();
    const { home } = stage.sandbox;
    expect(holdsResources(home)).toBe(false);
    for (const part of ["vpc", "gateway", "target-group", "role", "profile", "instance", "bucket"] as const) {
      await make(stage, [part]);
      expect(holdsResources(home), part).toBe(true);
      await stage.destroy();
      expect(holdsResources(home), part).toBe(false);
    }
  });

  it("is nothing when there never was a sandbox, and doubtful when its files are", () => {
    const home = temporaryDirectory();
    expect(holdsResources(join(home, "never"))).toBe(false);
    writeFileSync(join(home, "ec2.json"), "{ half");
    expect(holdsResources(home)).toBe(true);
  });

  it.each(["databases", "snapshots", "subnetGroups"])("is something of RDS, too: %s", (kind) => {
    const home = temporaryDirectory();
    writeFileSync(join(home, "rds.json"), JSON.stringify({ [kind]: {} }));
    expect(holdsResources(home)).toBe(false);
    writeFileSync(join(home, "rds.json"), JSON.stringify({ [kind]: { orders: { status: "available" } } }));
    expect(holdsResources(home)).toBe(true);
  });

  it("is a bucket, too", () => {
    const home = temporaryDirectory();
    mkdirSync(join(home, "s3", "buckets", "kept"), { recursive: true });
    expect(holdsResources(home)).toBe(true);
  });
});
