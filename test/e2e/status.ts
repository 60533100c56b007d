import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StepName } from "../../src/steps/names.ts";
import type { InstalledPackage } from "../support/installed-package.ts";

/** What `status --json` says, as far as tests read it. */
export interface Status {
  readonly url: string;
  readonly steps: readonly {
    readonly name: StepName;
    readonly status: string;
    readonly startedAt: string;
    readonly durationMs?: number;
    readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly observed: string }[];
  }[];
  readonly hosts: readonly {
    readonly instanceId: string;
    readonly privateIp: string;
    readonly availabilityZone: string;
  }[];
  readonly resources: readonly { readonly type: string; readonly id: string }[];
  readonly modules: readonly {
    readonly name: string;
    readonly version: string;
    readonly manager: string;
    readonly requested: boolean;
    readonly step: string;
    readonly instanceId: string;
  }[];
}

export const statusOf = async (tool: InstalledPackage): Promise<Status> =>
  JSON.parse(await tool.ok("status", "--json")) as Status;

/** Lines of the daemon's request log from one place on. */
export function requestsSince(tool: InstalledPackage, mark: number): { operation: string; mutating: boolean }[] {
  const lines = readFileSync(join(tool.sandboxHome, "requests.ndjson"), "utf8").trim().split("\n");
  return lines.slice(mark).map((line) => JSON.parse(line) as { operation: string; mutating: boolean });
}
