import { inContainer, until, type Provocation, type Stack } from "./provocation.ts";

const roleName = ({ tool }: Stack): string => `${tool.stack}-host`;

const metadataOptions =
  (...options: string[]) =>
  ({ aws, instanceId }: Stack) =>
    aws("ec2", "modify-instance-metadata-options", "--instance-id", instanceId, ...options);

async function state({ aws, instanceId }: Stack): Promise<string> {
  const { Reservations } = await aws<{ Reservations: { Instances: { State: { Name: string } }[] }[] }>(
    "ec2",
    "describe-instances",
    "--instance-ids",
    instanceId,
  );
  return Reservations[0]?.Instances[0]?.State.Name ?? "";
}

async function isOnline({ aws, instanceId }: Stack): Promise<boolean> {
  const { InstanceInformationList } = await aws<{
    InstanceInformationList: { InstanceId: string; PingStatus: string }[];
  }>("ssm", "describe-instance-information");
  return InstanceInformationList.some(
    ({ InstanceId, PingStatus }) => InstanceId === instanceId && PingStatus === "Online",
  );
}

export const instanceProvocations: readonly Provocation[] = [
  {
    layer: "instance",
    code: "INSTANCE_NOT_MANAGED",
    what: "the SSM agent is stopped",
    row: 30,
    breakIt: async (stack) => {
      await inContainer(stack, "systemctl", "stop", "amazon-ssm-agent");
      await until("the agent to be missed", async () => !(await isOnline(stack)));
    },
    restore: async (stack) => {
      await inContainer(stack, "systemctl", "start", "amazon-ssm-agent");
      await until("the agent to report", () => isOnline(stack));
    },
  },
  {
    layer: "instance",
    code: "INSTANCE_ROLE_MISSING",
    what: "the role was taken out of the instance profile",
    row: 30,
    breakIt: (stack) =>
      stack.aws(
        "iam",
        "remove-role-from-instance-profile",
        "--instance-profile-name",
        roleName(stack),
        "--role-name",
        roleName(stack),
      ),
  },
  {
    layer: "instance",
    code: "INSTANCE_ROLE_WITHOUT_SSM",
    what: "the role lost its policy for SSM",
    row: 30,
    breakIt: (stack) =>
      stack.aws(
        "iam",
        "detach-role-policy",
        "--role-name",
        roleName(stack),
        "--policy-arn",
        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
      ),
  },
  {
    layer: "instance",
    code: "METADATA_OFF",
    what: "the metadata service is off",
    row: 24,
    breakIt: metadataOptions("--http-endpoint", "disabled"),
    restore: metadataOptions("--http-endpoint", "enabled"),
  },
  {
    layer: "instance",
    code: "INSTANCE_IMDSV1_ALLOWED",
    what: "the metadata service wants no token",
    breakIt: metadataOptions("--http-tokens", "optional"),
    restore: metadataOptions("--http-tokens", "required"),
  },
  {
    layer: "instance",
    code: "INSTANCE_STOPPED",
    what: "the instance is stopped",
    breakIt: async (stack) => {
      await stack.aws("ec2", "stop-instances", "--instance-ids", stack.instanceId);
      await until("the instance to stop", async () => (await state(stack)) === "stopped");
    },
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
