import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { DrillFigures } from "../../../src/drill/figures.ts";
import { parseEvents, type InstalledPackage } from "../../support/installed-package.ts";
import { containerOf } from "../../support/stack.ts";

const run = promisify(execFile);

interface Status {
  readonly url: string;
  readonly steps: readonly { name: string; status: string; checks: readonly { name: string; ok: boolean }[] }[];
  readonly hosts: readonly { instanceId: string; availabilityZone: string }[];
  readonly resources: readonly { type: string; id: string }[];
}

/** The one stack that shows what goes beyond the lecture, and what its parts ask again and again. */
export interface LargeStack {
  readonly tool: InstalledPackage;
  readonly status: () => Promise<Status>;
  readonly hostIds: () => Promise<string[]>;
  /** Of the only resource of its type. */
  readonly idOf: (type: string) => Promise<string>;
  /** What shell text prints on a host, as root and past the tool. */
  readonly inHost: (instanceId: string, script: string) => Promise<string>;
  /** The status of the page through the load balancer. */
  readonly page: () => Promise<number>;
  /** The names of the checks of a step that fail now. */
  readonly failing: (step: string, ...argv: string[]) => Promise<string[]>;
  /** Carries a drill out that has to measure something, and prints its figures. */
  readonly drill: (...argv: string[]) => Promise<DrillFigures>;
}

export function largeStackOf(tool: InstalledPackage): LargeStack {
  const status = async (): Promise<Status> => JSON.parse(await tool.ok("status", "--json")) as Status;
  return {
    tool,
    status,
    hostIds: async () => (await status()).hosts.map(({ instanceId }) => instanceId),
    idOf: async (type) => (await status()).resources.find((it) => it.type === type)?.id ?? "",
    async inHost(instanceId, script) {
      const { stdout } = await run("docker", ["exec", containerOf(tool, instanceId), "sh", "-c", script]);
      return stdout.trim();
    },
    page: async () => (await fetch(`${(await status()).url}/`)).status,
    async failing(step, ...argv) {
      const { stdout } = await tool.cli("verify", step, "--json", ...argv);
      return parseEvents(stdout).flatMap((event) =>
        event.type === "check" && !event.check.ok ? [event.check.name] : [],
      );
    },
    async drill(...argv) {
      const { code, stdout, stderr } = await tool.cli("drill", ...argv, "--json");
      if (code !== 0) throw new Error(`drill ${argv.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
      process.stdout.write(`drill ${argv.join(" ")}: ${stdout}`);
      return JSON.parse(stdout) as DrillFigures;
    },
  };
}
