import { DetachRolePolicyCommand, RemoveRoleFromInstanceProfileCommand } from "@aws-sdk/client-iam";
import { isOnline, metadataOptions, rolePolicy, stopInstance, toIam } from "../../support/stack-aws.ts";
import { onHost, until } from "../../support/stack.ts";
import type { Provocation } from "./provocation.ts";

export const instanceProvocations: readonly Provocation[] = [
  {
    layer: "instance",
    code: "INSTANCE_NOT_MANAGED",
    what: "the SSM agent is stopped",
    row: 30,
    breakIt: async (stack) => {
      await onHost(stack, "systemctl stop amazon-ssm-agent");
      await until("the agent to be missed", async () => !(await isOnline(stack)));
    },
    restore: async (stack) => {
      await onHost(stack, "systemctl start amazon-ssm-agent");
      await until("the agent to report", () => isOnline(stack));
    },
  },
  {
    layer: "instance",
    code: "INSTANCE_ROLE_MISSING",
    what: "the role was taken out of the instance profile",
    row: 30,
    breakIt: async (stack) => {
      const { RoleName } = rolePolicy(stack);
      const request = new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: RoleName, RoleName });
      await (await toIam(stack)).send(request);
    },
  },
  {
    layer: "instance",
    code: "INSTANCE_ROLE_WITHOUT_SSM",
    what: "the role lost its policy for SSM",
    row: 30,
    breakIt: async (stack) => {
      const { RoleName } = rolePolicy(stack);
      const PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
      await (await toIam(stack)).send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    },
  },
  {
    layer: "instance",
    code: "METADATA_OFF",
    what: "the metadata service is off",
    row: 24,
    breakIt: metadataOptions({ HttpEndpoint: "disabled" }),
    restore: metadataOptions({ HttpEndpoint: "enabled" }),
  },
  {
    layer: "instance",
    code: "INSTANCE_IMDSV1_ALLOWED",
    what: "the metadata service wants no token",
    breakIt: metadataOptions({ HttpTokens: "optional" }),
    restore: metadataOptions({ HttpTokens: "required" }),
  },
  {
    layer: "instance",
    code: "INSTANCE_STOPPED",
    what: "the instance is stopped",
    breakIt: stopInstance,
  },
  {
    layer: "host",
    code: "HOST_DISK_FULL",
    what: "a file system is full",
    breakIt:
      "mount -t tmpfs -o size=2m,mode=700,uid=$(id -u app),gid=$(id -g app) none /var/lib/lecture05/tmp; head -c 4m /dev/zero > /var/lib/lecture05/tmp/big || true",
    restore: "umount /var/lib/lecture05/tmp",
  },
];
