import { DetachInternetGatewayCommand, StopInstancesCommand, CreateTagsCommand } from "@aws-sdk/client-ec2";
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
} from "@aws-sdk/client-ssm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { directoryOf } from "../../../src/sandbox/ssm/runner.ts";
import { ended, invocation, makeManagedInstance, send, startSsmSandbox, type SsmSandbox } from "./ssm-sandbox.ts";
import { runInstance, type Network } from "../ec2/ec2-sandbox.ts";
import { hostResult } from "../../support/fake-runtime.ts";

let sandbox: SsmSandbox;
let id: string;
let network: Network;

beforeEach(async () => {
  sandbox = await startSsmSandbox();
  ({ id, network } = await makeManagedInstance(sandbox));
});

/** A command that tells that it runs, by a file of the host. */
async function untilItRuns(commandId: string): Promise<void> {
  const file = `${directoryOf(id, commandId)}/stdout`;
  await vi.waitFor(() => expect(sandbox.host.read(file)).toContain("begun"), { timeout: 10_000, interval: 20 });
}

describe("a command", () => {
  it("runs as the agent runs it and shows its output at the end", async () => {
    const script = ["echo out $AWS_ENDPOINT_URL ${HOME-none}; pwd", "echo err >&2; exit 3"];
    const commandId = await send(sandbox, id, script, { workingDirectory: ["/tmp"] });
    expect(await ended(sandbox, commandId, id)).toMatchObject({
      Status: "Failed",
      StatusDetails: "Failed",
      ResponseCode: 3,
      StandardOutputContent: "out http://sandbox none\n/tmp\n",
      StandardErrorContent: "err\nfailed to run commands: exit status 3",
      PluginName: "aws:runShellScript",
    });
    const { CommandInvocations } = await sandbox.ssm.send(new ListCommandInvocationsCommand({ Details: true }));
    expect(CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output).toContain("----------ERROR-------\nerr\n");
    const { Commands } = await sandbox.ssm.send(new ListCommandsCommand({ CommandId: commandId }));
    expect(Commands).toMatchObject([{ Status: "Failed", ErrorCount: 1, CompletedCount: 1, TargetCount: 1 }]);
  });

  it("is not told of a thousand times while it runs: an answer waits a moment for its end", async () => {
    const commandId = await send(sandbox, id, ["sleep 1"]);
    const statuses: (string | undefined)[] = [];
    do statuses.push((await invocation(sandbox, commandId, id)).Status);
    while (statuses.at(-1) !== "Success");
    // At once, one after the other: some hundred otherwise.
    expect(statuses.length).toBeLessThan(20);
    expect(statuses.slice(0, -1)).not.toContain("Failed");
  });

  it("honours a script's own interpreter", async () => {
    const commandId = await send(sandbox, id, ["#!/usr/bin/env -S cat", "the text itself"]);
    expect(await ended(sandbox, commandId, id)).toMatchObject({
      Status: "Success",
      StandardOutputContent: "#!/usr/bin/env -S cat\nthe text itself\n",
    });
  });

  it("cuts what is too long where AWS cuts it", async () => {
    const commandId = await send(sandbox, id, [
      "head -c 30000 /dev/zero | tr '\\0' o; head -c 9000 /dev/zero | tr '\\0' e >&2; printf あ",
    ]);
    const state = await ended(sandbox, commandId, id);
    expect(state.StandardOutputContent).toBe("o".repeat(24_000));
    expect(state.StandardErrorContent).toBe("e".repeat(8_000));
    const listed = await sandbox.ssm.send(new ListCommandInvocationsCommand({ CommandId: commandId, Details: true }));
    expect(listed.CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output).toHaveLength(2_500);
  });

  it("is ended when its time is over, with all that it started", async () => {
    const file = `/tmp/lecture05-ssm-test-${process.pid}`;
    const script = [`(trap '' TERM; sleep 3; touch ${file}) & wait`];
    const commandId = await send(sandbox, id, script, { executionTimeout: ["1"] });
    expect(await ended(sandbox, commandId, id)).toMatchObject({
      Status: "TimedOut",
      StatusDetails: "ExecutionTimedOut",
    });
    const { StandardOutputContent } = await ended(
      sandbox,
      await send(sandbox, id, [`sleep 3; ls ${file} || echo gone`]),
      id,
    );
    expect(StandardOutputContent).toBe("gone\n");
  });

  it("can be cancelled", async () => {
    const commandId = await send(sandbox, id, ["echo begun; sleep 60"]);
    await untilItRuns(commandId);
    expect(await invocation(sandbox, commandId, id)).toMatchObject({
      Status: "InProgress",
      StandardOutputContent: "",
      ResponseCode: -1,
    });
    await sandbox.ssm.send(new CancelCommandCommand({ CommandId: commandId }));
    expect(await ended(sandbox, commandId, id)).toMatchObject({
      Status: "Cancelled",
      StandardOutputContent: "begun\n",
    });
  });

  it("goes to what the targets name", async () => {
    await sandbox.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: "role", Value: "web" }] }));
    const sendTo = (value: string) =>
      sandbox.ssm.send(
        new SendCommandCommand({
          DocumentName: "AWS-RunShellScript",
          Targets: [{ Key: "tag:role", Values: [value] }],
          Parameters: { commands: ["true"] },
        }),
      );
    const { Command } = await sendTo("web");
    expect((await ended(sandbox, Command?.CommandId ?? "", id)).Status).toBe("Success");
    expect((await sendTo("nobody")).Command).toMatchObject({ TargetCount: 0, StatusDetails: "NoInstancesInTag" });
  });

  it("waits for an agent that is out for the moment", async () => {
    await ended(sandbox, await send(sandbox, id, ["true"]), id);
    sandbox.host.setAgent("inactive");
    const commandId = await send(sandbox, id, ["echo late"]);
    await vi.waitFor(async () => expect((await invocation(sandbox, commandId, id)).Status).toBe("Pending"));
    sandbox.host.setAgent("active");
    expect(await ended(sandbox, commandId, id)).toMatchObject({ Status: "Success", StandardOutputContent: "late\n" });
  });

  it("is refused when it is not right", async () => {
    const refused = async (name: string, more: object) => {
      const request = { DocumentName: "AWS-RunShellScript", InstanceIds: [id], Parameters: { commands: ["true"] } };
      await expect(sandbox.ssm.send(new SendCommandCommand({ ...request, ...more }))).rejects.toMatchObject({ name });
    };
    await refused("InvalidInstanceId", { InstanceIds: ["i-00000000000000000"] });
    await refused("InvalidDocument", { DocumentName: "AWS-RunPowerShellScript" });
    await refused("InvalidParameters", { Parameters: { commands: ["true"], colour: ["red"] } });
    await refused("InvalidParameters", { Parameters: {} });
    await refused("InvalidParameters", { Parameters: { commands: ["true"], executionTimeout: ["soon"] } });
    await refused("ValidationException", { TimeoutSeconds: 5 });
    await refused("MaxDocumentSizeExceeded", { Parameters: { commands: ["x".repeat(70_000)] } });
    await expect(invocation(sandbox, "00000000-0000-0000-0000-000000000000", id)).rejects.toMatchObject({
      name: "InvocationDoesNotExist",
    });
    const cancel = sandbox.ssm.send(new CancelCommandCommand({ CommandId: "00000000-0000-0000-0000-000000000000" }));
    await expect(cancel).rejects.toMatchObject({ name: "InvalidCommandId" });
  });
});

describe("a managed instance", () => {
  const ping = async (): Promise<string | undefined> => {
    const Filters = [{ Key: "InstanceIds", Values: [id] }];
    const answer = await sandbox.ssm.send(new DescribeInstanceInformationCommand({ Filters }));
    return answer.InstanceInformationList?.[0]?.PingStatus;
  };

  it("is absent until its agent was there, and lost when it stops", async () => {
    sandbox.host.setAgent("inactive");
    expect(await ping()).toBeUndefined();
    await expect(send(sandbox, id, ["true"])).rejects.toMatchObject({ name: "InvalidInstanceId" });
    sandbox.host.setAgent("active");
    await vi.waitFor(async () => expect(await ping()).toBe("Online"), { timeout: 5000 });
    await sandbox.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    expect(await ping()).toBe("ConnectionLost");
    await expect(send(sandbox, id, ["true"])).rejects.toMatchObject({ name: "InvalidInstanceId" });
  });

  it("needs a way out to the internet", async () => {
    const detach = { InternetGatewayId: network.gatewayId, VpcId: network.vpcId };
    await sandbox.ec2.send(new DetachInternetGatewayCommand(detach));
    expect(await ping()).toBeUndefined();
  });

  it("refuses unknown filters", async () => {
    const wrong = new DescribeInstanceInformationCommand({ Filters: [{ Key: "Colour", Values: ["red"] }] });
    await expect(sandbox.ssm.send(wrong)).rejects.toMatchObject({ name: "InvalidFilterKey" });
  });
});

describe("a command to many", () => {
  /** Four instances besides the first, in their order of launch, and how many ran the command at once. */
  async function sendToAll(more: Partial<SendCommandCommandInput>, exitCode = 0) {
    const ids = [id];
    while (ids.length < 5) {
      const instance = await runInstance(sandbox, network, { IamInstanceProfile: { Name: "host" } });
      ids.push(instance.InstanceId ?? "");
    }
    await sandbox.ssm.send(new DescribeInstanceInformationCommand({}));
    let [running, most] = [0, 0];
    sandbox.runtime.onExec = async (_id, { argv }) => {
      if (argv[0] === "systemctl") return hostResult(0);
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 30));
      running -= 1;
      return hostResult(0, `exit ${exitCode}\n`);
    };
    const { Command } = await sandbox.ssm.send(
      new SendCommandCommand({
        DocumentName: "AWS-RunShellScript",
        Parameters: { commands: ["true"] },
        InstanceIds: ids,
        ...more,
      }),
    );
    const CommandId = Command?.CommandId;
    const states = await vi.waitFor(async () => {
      const { CommandInvocations = [] } = await sandbox.ssm.send(new ListCommandInvocationsCommand({ CommandId }));
      const found = CommandInvocations.map(({ StatusDetails = "" }) => StatusDetails);
      expect(found.filter((it) => it === "Pending" || it === "InProgress")).toEqual([]);
      return found;
    });
    return { states: states.toSorted((a, b) => a.localeCompare(b)), most };
  }

  it("runs on as many at once as it may, and on all of them in the end", async () => {
    const all = Array.from({ length: 5 }, () => "Success");
    expect(await sendToAll({})).toEqual({ states: all, most: 5 });
    expect(await sendToAll({ MaxConcurrency: "2" })).toEqual({ states: all, most: 2 });
    expect(await sendToAll({ MaxConcurrency: "60%" })).toEqual({ states: all, most: 3 });
  });

  it("is not sent to the rest after one error more than it may have", async () => {
    const failing = await sendToAll({ MaxConcurrency: "1", MaxErrors: "1" }, 3);
    expect(failing.states).toEqual(["Failed", "Failed", "Terminated", "Terminated", "Terminated"]);
    const tolerant = await sendToAll({ MaxConcurrency: "1", MaxErrors: "100%" }, 3);
    expect(tolerant.states).toEqual(Array.from({ length: 5 }, () => "Failed"));
    await expect(sendToAll({ MaxErrors: "many" })).rejects.toMatchObject({ name: "ValidationException" });
    await expect(sendToAll({ MaxConcurrency: "0" })).rejects.toMatchObject({ name: "ValidationException" });
  });
});
