import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Call } from "../src/sandbox/wire/manners.ts";
import { Realism } from "../src/sandbox/realism/realism.ts";
import type { RealismSettings } from "../src/sandbox/realism/settings.ts";
import { startCli } from "../test/faults/support/child.ts";
import { startDockerDouble } from "../test/faults/support/docker-double.ts";
import { DoubleCloud, isOfHost } from "../test/faults/support/double-cloud.ts";
import { collect, type CommandOutcome } from "../test/support/installed-package.ts";

/** The built CLI against the real daemon, on hosts that take no time but what a bench gives them. */
export interface Site {
  readonly cloud: DoubleCloud;
  readonly realism: Realism;
  /** Every request of the tool that the daemon understood, repeats included. */
  readonly calls: Call[];
  /** `waitScale`: the tool's pauses up to `longestScaledMs` are multiplied by it. */
  run(
    args: readonly string[],
    waitScale: number,
    longestScaledMs?: number,
  ): Promise<CommandOutcome & { readonly wallMs: number }>;
}

export async function withSite<T>(settings: RealismSettings, work: (site: Site) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "lecture05-bench-"));
  const docker = await startDockerDouble(join(directory, "docker.sock"));
  const calls: Call[] = [];
  const seen = new WeakSet<Call>();
  const realism = new Realism(settings, {
    isExempt(call) {
      if (isOfHost(call)) return true;
      if (!seen.has(call)) calls.push(call);
      seen.add(call);
      return false;
    },
  });
  const cloud = await DoubleCloud.start(undefined, realism);
  try {
    return await work({
      cloud,
      realism,
      calls,
      async run(args, waitScale, longestScaledMs) {
        const double = JSON.stringify({ pagePort: cloud.page.port, waitScale, longestScaledMs });
        const startedAt = performance.now();
        const outcome = await collect(startCli(cloud, docker.host, args, { LECTURE05_DOUBLE: double }));
        if (outcome.code !== 0)
          throw new Error(
            `${args.join(" ")} ended with ${outcome.code}: ${outcome.stdout.slice(-2000)}${outcome.stderr}`,
          );
        return { ...outcome, wallMs: performance.now() - startedAt };
      },
    });
  } finally {
    await cloud.stop();
    await docker.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Kept beside the benches, so that a change of a figure is a change of a file. */
export function keep(name: string, figures: object): void {
  const directory = join(import.meta.dirname, "results");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(figures, undefined, 2)}\n`);
}
