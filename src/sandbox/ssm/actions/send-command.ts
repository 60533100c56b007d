import { randomUUID } from "node:crypto";
import { SendCommand$, type SendCommandCommandInput, type SendCommandCommandOutput } from "@aws-sdk/client-ssm";
import { syncWithHosts } from "../../ec2/host-sync.ts";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import type { World } from "../../world.ts";
import { proceed } from "../execute.ts";
import { takesCommands } from "../managed.ts";
import { checkRate } from "../rate-control.ts";
import type { CommandRecord } from "../records.ts";
import { checkSendRequest } from "../send-request.ts";
import { commandShape } from "../shapes.ts";
import { targetedInstances, targetsFrom } from "../targets.ts";

export const sendCommand = action(SendCommand$, async (input: SendCommandCommandInput, { world, region }) => {
  const request = checkSendRequest(input);
  const targets = targetsFrom(input.Targets);
  const given = [...new Set(input.InstanceIds)];
  if (given.length === 0 && targets.length === 0) {
    throw new AwsError("InvalidInstanceId", "Either InstanceIds or Targets must be given.");
  }
  if (given.length > 50)
    throw new AwsError("ValidationException", "InstanceIds can have at most 50 items; use Targets.");
  await syncWithHosts(world);
  await checkInstances(world, given);
  const instanceIds = given.length > 0 ? given : await targetedInstances(world, targets);
  const command: CommandRecord = {
    id: randomUUID(),
    region,
    documentName: "AWS-RunShellScript",
    ...request,
    instanceIds: given,
    targets,
    maxConcurrency: checkRate("MaxConcurrency", input.MaxConcurrency, "50"),
    maxErrors: checkRate("MaxErrors", input.MaxErrors, "0"),
    requestedAt: world.now().toISOString(),
    invocations: instanceIds.map((instanceId) => ({
      instanceId,
      status: "Pending",
      details: "Pending",
      responseCode: -1,
      stdout: "",
      stderr: "",
    })),
  };
  await world.ssm.addCommand(command);
  const answer = { Command: commandShape(command) } satisfies ActionOutput<SendCommandCommandOutput>;
  proceed(world, command);
  return answer;
});

async function checkInstances(world: World, ids: readonly string[]): Promise<void> {
  const checked = await Promise.all(ids.map(async (id) => ({ id, taken: await takesCommands(world, id) })));
  const wrong = checked.filter(({ taken }) => !taken).map(({ id }) => id);
  if (wrong.length === 0) return;
  const message = `Instances [[${wrong.join(", ")}]] not in a valid state for account ${world.account}`;
  throw new AwsError("InvalidInstanceId", message);
}
