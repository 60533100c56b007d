import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { DescribeDBInstancesCommand, DescribeDBSubnetGroupsCommand } from "@aws-sdk/client-rds";
import { DescribeParametersCommand } from "@aws-sdk/client-ssm";
import { expect, it } from "vitest";
import { clientsOf } from "../../support/sandbox-access.ts";
import type { LargeStack } from "./large-stack.ts";

const run = promisify(execFile);

/** Takes the stack away; nothing comes after it. */
export function end(large: () => LargeStack): void {
  it("goes away whole, and nothing is left", async () => {
    const { tool } = large();
    const sandboxId = readFileSync(join(tool.sandboxHome, "sandbox-id"), "utf8");
    expect(await tool.ok("destroy", "--yes")).toContain("0 left");
    const ofSandbox = ["--filter", `label=lecture05.sandbox=${sandboxId}`];
    for (const role of ["host", "database"]) {
      const { stdout } = await run("docker", ["ps", "-aq", ...ofSandbox, "--filter", `label=lecture05.role=${role}`]);
      expect(stdout, role).toBe("");
    }
    await tool.ok("sandbox", "start");
    const clients = await clientsOf(tool);
    const rds = await clients.rds();
    expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances ?? []).toEqual([]);
    expect((await rds.send(new DescribeDBSubnetGroupsCommand({}))).DBSubnetGroups ?? []).toEqual([]);
    expect((await (await clients.ssm()).send(new DescribeParametersCommand({}))).Parameters ?? []).toEqual([]);
  });
}
