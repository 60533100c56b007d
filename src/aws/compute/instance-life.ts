import type { Instance as Ec2Instance } from "@aws-sdk/client-ec2";
import { Lecture05Error } from "../../errors.ts";
import type { Compute } from "../../ports/compute.ts";
import type { Clients } from "../clients.ts";
import { deletion } from "../deletion.ts";
import { isAwsError } from "../translate-error.ts";
import { waitUntil, type AdapterOptions } from "../wait.ts";
import { toInstance } from "./instances.ts";
import { untranslated } from "../../text.ts";

type Part = Pick<
  Compute,
  | "startInstance"
  | "stopInstance"
  | "waitUntilRunning"
  | "setMetadataEndpoint"
  | "setEndsItself"
  | "terminateInstance"
  | "waitUntilTerminated"
>;

const notFound = ["InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"];
const stopTimeoutMs = 3 * 60_000;

export function createInstanceLife(clients: Pick<Clients, "ec2">, options: AdapterOptions): Part {
  return {
    async startInstance(instanceId) {
      const { StartInstancesCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      const subject = { en: `for ${instanceId} to take a start`, ja: `${instanceId} が起動を受け付けること` };
      await waitUntil(options, subject, stopTimeoutMs, async () => {
        try {
          await ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
          return { done: true };
        } catch (error) {
          // One that is still stopping cannot be started yet.
          if (!isAwsError(error, "IncorrectInstanceState")) throw error;
          return { seen: (error as Error).message };
        }
      });
    },

    async stopInstance(instanceId) {
      const { StopInstancesCommand } = await import("@aws-sdk/client-ec2");
      await (await clients.ec2()).send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    },

    async setMetadataEndpoint(instanceId, enabled) {
      const { ModifyInstanceMetadataOptionsCommand } = await import("@aws-sdk/client-ec2");
      const request = { InstanceId: instanceId, HttpEndpoint: enabled ? ("enabled" as const) : ("disabled" as const) };
      await (await clients.ec2()).send(new ModifyInstanceMetadataOptionsCommand(request));
    },

    async setEndsItself(instanceId, endsItself) {
      const { ModifyInstanceAttributeCommand } = await import("@aws-sdk/client-ec2");
      const behavior = { Value: endsItself ? "terminate" : "stop" };
      const request = { InstanceId: instanceId, InstanceInitiatedShutdownBehavior: behavior };
      await (await clients.ec2()).send(new ModifyInstanceAttributeCommand(request));
    },

    async waitUntilRunning(instanceId, timeoutMs) {
      const subject = { en: `for ${instanceId} to run`, ja: `${instanceId} が実行中になること` };
      return waitUntil(options, subject, timeoutMs, async () => {
        const instance = await describe(clients, instanceId);
        // EC2 may not know an instance yet that it has just made.
        if (!instance) return { seen: "InvalidInstanceID.NotFound" };
        const state = instance.State?.Name ?? "pending";
        if (state === "running") return { done: toInstance(instance) };
        if (state === "terminated" || state === "shutting-down") throw neverRan(instance, state);
        return { seen: state };
      });
    },

    async terminateInstance(instanceId) {
      const { TerminateInstancesCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      return deletion(() => ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] })), ...notFound);
    },

    async waitUntilTerminated(instanceId, timeoutMs) {
      const subject = { en: `for ${instanceId} to be terminated`, ja: `${instanceId} が終了すること` };
      await waitUntil(options, subject, timeoutMs, async () => {
        const state = (await describe(clients, instanceId))?.State?.Name ?? "terminated";
        return state === "terminated" ? { done: true } : { seen: state };
      });
    },
  };
}

async function describe(clients: Pick<Clients, "ec2">, instanceId: string): Promise<Ec2Instance | undefined> {
  const { DescribeInstancesCommand } = await import("@aws-sdk/client-ec2");
  try {
    const answer = await (await clients.ec2()).send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    return answer.Reservations?.[0]?.Instances?.[0];
  } catch (error) {
    if (isAwsError(error, ...notFound)) return undefined;
    throw error;
  }
}

/** EC2 gives up on some launches after it accepted them (volume limit, no capacity, no key): it says why here only. */
function neverRan(instance: Ec2Instance, state: string): Lecture05Error {
  const id = instance.InstanceId ?? "";
  const why = [state, instance.StateReason?.Message ?? instance.StateReason?.Code].filter(Boolean).join(": ");
  return new Lecture05Error("AWS_REQUEST_FAILED", {
    what: { en: `The instance ${id} did not come up`, ja: `インスタンス ${id} が起動しませんでした` },
    why: untranslated(why),
    next: [
      { en: "Run the same command again: a new instance is made", ja: "同じコマンドを実行すると新しく作り直します" },
    ],
  });
}
