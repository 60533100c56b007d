import { CancelCommandCommand } from "@aws-sdk/client-ssm";
import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { reconcileSsm } from "../../../src/sandbox/ssm/reconcile.ts";
import { directoryOf } from "../../../src/sandbox/ssm/runner.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { ended, invocation, makeManagedInstance, send, startSsmSandbox, type SsmSandbox } from "./ssm-sandbox.ts";

/** A sandbox whose daemon dies with a command under way, and the one after it. */
async function restartWhile(script: string[]): Promise<{ after: SsmSandbox; commandId: string; id: string }> {
  const home = temporaryDirectory();
  const before = await startSsmSandbox({ home });
  const { id } = await makeManagedInstance(before);
  // The command goes on in the host, and nobody hears of its end.
  const { exec } = before.host;
  before.runtime.onExec = async (instanceId, command) => {
    const result = await exec(instanceId, command);
    return command.stdin ? new Promise(() => {}) : result;
  };
  const commandId = await send(before, id, script);
  const file = `${directoryOf(id, commandId)}/stdout`;
  await vi.waitFor(() => expect(before.host.read(file)).toContain("begun"), { timeout: 10_000, interval: 20 });
  const after = await startSsmSandbox({ home }, before.host);
  const host = before.runtime.hosts.get(id);
  if (host) after.runtime.hosts.set(id, host);
  expect((await invocation(after, commandId, id)).Status).toBe("InProgress");
  await reconcileSsm(after.world);
  return { after, commandId, id };
}

it("takes up a command that is under way, and knows its result and output", async () => {
  const { after, commandId, id } = await restartWhile(["echo begun; sleep 1; echo done; exit 4"]);
  expect(await ended(after, commandId, id)).toMatchObject({
    Status: "Failed",
    ResponseCode: 4,
    StandardOutputContent: "begun\ndone\n",
  });
  const file = join(after.home, "ssm", "commands", `${commandId}.json`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("cancels a command of the daemon before", async () => {
  const { after, commandId, id } = await restartWhile(["echo begun; sleep 60"]);
  await after.ssm.send(new CancelCommandCommand({ CommandId: commandId }));
  expect(await ended(after, commandId, id)).toMatchObject({ Status: "Cancelled" });
});

it("runs a command that never arrived", async () => {
  const home = temporaryDirectory();
  const before = await startSsmSandbox({ home });
  const { id } = await makeManagedInstance(before);
  const { exec } = before.host;
  before.runtime.onExec = (instanceId, command) => (command.stdin ? new Promise(() => {}) : exec(instanceId, command));
  const commandId = await send(before, id, ["echo once"]);
  const after = await startSsmSandbox({ home }, before.host);
  const host = before.runtime.hosts.get(id);
  if (host) after.runtime.hosts.set(id, host);
  await reconcileSsm(after.world);
  expect(await ended(after, commandId, id)).toMatchObject({ Status: "Success", StandardOutputContent: "once\n" });
});
