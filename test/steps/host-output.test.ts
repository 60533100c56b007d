import { expect, it } from "vitest";
import type { RunOptions } from "../../src/ports/shell.ts";
import { runOnHosts } from "../../src/steps/host-scripts.ts";
import type { ProgressDetail, StepContext } from "../../src/steps/step.ts";

/** What a step says while a host prints these lines, a few at a time. */
async function told(...batches: readonly (readonly string[])[]): Promise<(ProgressDetail | undefined)[]> {
  const said: (ProgressDetail | undefined)[] = [];
  const run = async (instanceId: string, _script: object, { onOutput }: RunOptions) => {
    for (const lines of batches) onOutput?.(lines);
    return { instanceId, commandId: "c", exitCode: 0, stdout: "", stderr: "", durationMs: 1 };
  };
  const ctx = {
    ports: { shell: { run }, compute: { tagInstance: async () => {} } },
    signal: new AbortController().signal,
    progress: (_message: object, detail?: ProgressDetail) => void said.push(detail),
  } as unknown as StepContext;
  const script = { name: "install-ruby", text: "true\n", timeoutMs: 1000 };
  await runOnHosts(ctx, "puma", [{ instanceId: "i-1" }], [script]);
  return said;
}

it("a step counts what its host prints, and passes it on", async () => {
  const plan = "0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.";
  expect(await told([plan, "Get:1 http://x ruby"], ["Get:2 http://x make"])).toEqual([
    undefined,
    {
      output: { instanceId: "i-1", script: "install-ruby", lines: [plan, "Get:1 http://x ruby"] },
      count: expect.objectContaining({ done: 1, total: 2 }),
    },
    {
      output: { instanceId: "i-1", script: "install-ruby", lines: ["Get:2 http://x make"] },
      count: expect.objectContaining({ done: 2, total: 2 }),
    },
  ]);
});

it("no secret goes on with it, not even one that comes in pieces", async () => {
  const said = JSON.stringify(
    await told(
      ["SECRET_KEY_BASE=c0ffee00c0ffee00", "-----BEGIN PRIVATE KEY-----", "MIIEone"],
      ["MIIEtwo"],
      ["MIIEthree"],
    ),
  );
  expect(said).toContain("[redacted]");
  expect(said).not.toMatch(/c0ffee|MIIE/);
});
