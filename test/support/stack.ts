import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { hostName } from "../../src/sandbox/docker/names.ts";
import type { InstalledPackage } from "./installed-package.ts";

const run = promisify(execFile);

/** A running stack of one host that tests break and put right. */
export interface Stack {
  readonly tool: InstalledPackage;
  readonly instanceId: string;
  /** Empty before step s3. */
  readonly bucket: string;
}

/** Shell text for the host, as root; or anything else. */
export type Work = string | ((stack: Stack) => Promise<unknown>);

export async function stackOf(tool: InstalledPackage): Promise<Stack> {
  const { hosts, resources } = JSON.parse(await tool.ok("status", "--json")) as {
    hosts: { instanceId: string }[];
    resources: { type: string; id: string }[];
  };
  return {
    tool,
    instanceId: hosts[0]?.instanceId ?? "",
    bucket: resources.find(({ type }) => type === "s3:bucket")?.id ?? "",
  };
}

/**
 * Runs shell text in the host's container, past the tool and SSM: a tenth of what `lecture05 exec` costs, and there also
 * while SSM is what was broken.
 */
export async function onHost({ tool, instanceId }: Omit<Stack, "bucket">, script: string): Promise<string> {
  const argv = ["exec", containerOf(tool, instanceId), "sh", "-c", script];
  return (await run("docker", argv, { maxBuffer: 64 * 1024 * 1024 })).stdout;
}

export async function carryOut(work: Work, stack: Stack): Promise<void> {
  if (typeof work === "string") await onHost(stack, `set -e\n${work}`);
  else await work(stack);
}

export function containerOf(tool: InstalledPackage, instanceId: string): string {
  return hostName(readFileSync(join(tool.sandboxHome, "sandbox-id"), "utf8"), instanceId);
}

export async function copyToHost({ tool, instanceId }: Omit<Stack, "bucket">, from: string, to: string): Promise<void> {
  await run("docker", ["cp", from, `${containerOf(tool, instanceId)}:${to}`]);
}

/** Asks again and again, for half a minute to a minute. */
export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`waited in vain: ${what}`);
}
