import { metadataOptions, isOnline, stopInstance } from "../../support/stack-aws.ts";
import { onHost, until } from "../../support/stack.ts";
import type { Breakage } from "./breakage.ts";

export const ec2Breakages: readonly Breakage[] = [
  {
    what: "the instance is stopped",
    proves: { ec2: ["instance-running"] },
    breakIt: stopInstance,
    repair: ({ tool }) => tool.ok("step", "ec2"),
  },
  {
    what: "the SSM agent is stopped",
    proves: { ec2: ["ssm-answers"] },
    async breakIt(stack) {
      await onHost(stack, "systemctl stop amazon-ssm-agent");
      await until("the agent to be missed", async () => !(await isOnline(stack)));
    },
    async repair(stack) {
      await onHost(stack, "systemctl start amazon-ssm-agent");
      await until("the agent to report", () => isOnline(stack));
    },
  },
  {
    what: "IMDSv1 is allowed",
    proves: { ec2: ["imdsv2-required", "imdsv1-refused"] },
    breakIt: metadataOptions({ HttpTokens: "optional" }),
    repair: metadataOptions({ HttpTokens: "required" }),
  },
  {
    what: "the metadata service is off",
    proves: { ec2: ["imdsv2-answers"] },
    breakIt: metadataOptions({ HttpEndpoint: "disabled" }),
    repair: metadataOptions({ HttpEndpoint: "enabled" }),
  },
];
