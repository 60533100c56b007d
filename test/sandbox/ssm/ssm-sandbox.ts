import {
  GetCommandInvocationCommand,
  SendCommandCommand,
  SSMClient,
  type GetCommandInvocationCommandOutput,
} from "@aws-sdk/client-ssm";
import { onTestFinished, vi } from "vitest";
import {
  makeNetwork,
  makeProfile,
  runInstance,
  startEc2Sandbox,
  type Ec2Sandbox,
  type Network,
} from "../ec2/ec2-sandbox.ts";
import type { TestSandboxOptions } from "../../support/sandbox.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalHost } from "./local-host.ts";

export interface SsmSandbox extends Ec2Sandbox {
  readonly ssm: SSMClient;
  readonly host: LocalHost;
}

/** SSM whose hosts run commands on this machine. */
export async function startSsmSandbox(
  options: Partial<TestSandboxOptions> = {},
  host = newHost(),
): Promise<SsmSandbox> {
  const sandbox = await startEc2Sandbox(options);
  sandbox.runtime.onExec = host.exec;
  const ssm = new SSMClient(sandbox.clientConfig());
  onTestFinished(() => ssm.destroy());
  return Object.assign(sandbox, { ssm, host });
}

function newHost(): LocalHost {
  const directory = mkdtempSync(join(tmpdir(), "lecture05-host-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  return new LocalHost(directory);
}

/** A running instance that SSM reaches; returns its id. */
export async function makeManagedInstance(sandbox: SsmSandbox): Promise<{ id: string; network: Network }> {
  const network = await makeNetwork(sandbox);
  await makeProfile(sandbox);
  const instance = await runInstance(sandbox, network, { IamInstanceProfile: { Name: "host" } });
  return { id: instance.InstanceId ?? "", network };
}

export async function send(
  { ssm }: SsmSandbox,
  instanceId: string,
  commands: string[],
  parameters: Record<string, string[]> = {},
): Promise<string> {
  const answer = await ssm.send(
    new SendCommandCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [instanceId],
      Parameters: { commands, ...parameters },
    }),
  );
  return answer.Command?.CommandId ?? "";
}

export function invocation(
  { ssm }: SsmSandbox,
  CommandId: string,
  InstanceId: string,
): Promise<GetCommandInvocationCommandOutput> {
  return ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
}

/** Waits for the end of a command. */
export async function ended(sandbox: SsmSandbox, commandId: string, id: string) {
  return vi.waitFor(
    async () => {
      const state = await invocation(sandbox, commandId, id);
      if (["Pending", "InProgress", "Cancelling"].includes(state.Status ?? ""))
        throw new Error(`still ${state.Status}`);
      return state;
    },
    { timeout: 20_000, interval: 20 },
  );
}
