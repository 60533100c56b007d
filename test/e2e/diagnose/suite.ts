import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InstalledPackage } from "../../support/installed-package.ts";
import { toS3 } from "../../support/stack-aws.ts";
import { onHost, stackOf, type Stack } from "../../support/stack.ts";
import { keepHealthy, type Provocation } from "./provocation.ts";
import { look, provoke } from "./run-provocation.ts";

export type Table = readonly [string, readonly Provocation[]];

export interface Suite {
  /** Once the stack stands. */
  readonly stack: () => Stack;
  readonly provoke: (provocation: Provocation) => Promise<void>;
}

/** A stack of its own, looked at while it is well, and then broken in every way of these tables. */
export function diagnoseSuite(name: string, tables: readonly Table[]): Suite {
  let made: Stack | undefined;
  /** How long each first verdict took, from the start of the process. */
  const verdictMs: number[] = [];
  /** By a process of its own, of a stack that was well or had been put right; each said so, or its test failed. */
  let healthyRuns = 0;

  const suite: Suite = {
    stack: () => {
      if (!made) throw new Error("the stack does not stand");
      return made;
    },
    provoke: async (provocation) => {
      const seen = await provoke(suite.stack(), provocation);
      verdictMs.push(seen.firstVerdictMs);
      healthyRuns += seen.healthyRuns;
    },
  };
  let tool: InstalledPackage;

  beforeAll(async () => {
    tool = await InstalledPackage.install(name);
    await tool.ok("up");
    made = await stackOf(tool);
    await onHost(made, keepHealthy);
  });

  afterAll(async () => {
    const sorted = verdictMs.toSorted((a, b) => a - b);
    const at = (part: number): string => ((sorted[Math.floor((sorted.length - 1) * part)] ?? NaN) / 1000).toFixed(1);
    process.stdout.write(
      `${sorted.length} verdicts: median ${at(0.5)} s, 90 % ${at(0.9)} s, longest ${at(1)} s; ` +
        `${healthyRuns} healthy runs\n`,
    );
    await tool.remove();
  });

  describe("a healthy stack", () => {
    // Every row that is put right by hand ends with such a look, too.
    it("raises no alarm in 3 runs, and nothing is left behind", async () => {
      const before = await left(suite.stack());
      for (let run = 0; run < 3; run++) {
        const { code, verdicts, stderr } = await look(tool);
        expect(
          verdicts.map((verdict) => verdict.code),
          stderr,
        ).toEqual(["NOTHING_WRONG"]);
        expect(code).toBe(0);
        expect(verdicts[0]).toMatchObject({ layer: "none", evidence: [], fix: { commands: [], automatic: false } });
        healthyRuns += 1;
      }
      expect(await left(suite.stack())).toEqual(before);
    });
  });

  describe.each(tables)("%s", (_name, provocations) => {
    it.each(provocations)("$code when $what", suite.provoke);
  });

  it("has raised no alarm on a stack that was well, in more than 10 looks", () => {
    expect(healthyRuns).toBeGreaterThan(10);
  });
  return suite;
}

/** What a diagnosis could have left: records, objects and their versions, restarts. */
async function left(stack: Stack): Promise<unknown> {
  const records = await onHost(
    stack,
    "sqlite3 /var/lib/lecture05/database/production.sqlite3 'SELECT count(*) FROM fruits; SELECT count(*) FROM active_storage_blobs'",
  );
  const units = await onHost(stack, "systemctl show -p InvocationID puma nginx");
  const request = new ListObjectVersionsCommand({ Bucket: stack.bucket, Prefix: "lecture05-diagnose/" });
  const { Versions = [], DeleteMarkers = [] } = await (await toS3(stack)).send(request);
  return { records, units, versions: Versions.length, markers: DeleteMarkers.length };
}
