import type { Provocation, Stack } from "./provocation.ts";

const stackTag = ({ tool }: Stack): string => `Name=tag:lecture05:stack,Values=${tool.stack}`;

interface Permission {
  readonly IpProtocol: string;
}

async function group(stack: Stack, name: string): Promise<{ id: string; permissions: Permission[] }> {
  const { SecurityGroups } = await stack.aws<{
    SecurityGroups: { GroupId: string; IpPermissions: Permission[] }[];
  }>("ec2", "describe-security-groups", "--filters", stackTag(stack), `Name=tag:lecture05:name,Values=${name}`);
  const [found] = SecurityGroups;
  if (!found) throw new Error(`no group ${name}`);
  return { id: found.GroupId, permissions: found.IpPermissions };
}

const revokeAll = (name: string) => async (stack: Stack) => {
  const { id, permissions } = await group(stack, name);
  await stack.aws(
    "ec2",
    "revoke-security-group-ingress",
    "--group-id",
    id,
    "--ip-permissions",
    JSON.stringify(permissions),
  );
};

async function routeTable(stack: Stack) {
  const { RouteTables } = await stack.aws<{
    RouteTables: { RouteTableId: string; Associations: { RouteTableAssociationId: string; SubnetId?: string }[] }[];
  }>("ec2", "describe-route-tables", "--filters", stackTag(stack), "Name=tag:lecture05:name,Values=public");
  const [table] = RouteTables;
  if (!table) throw new Error("no route table");
  return table;
}

async function loadBalancerArn(stack: Stack): Promise<string> {
  const { LoadBalancers } = await stack.aws<{ LoadBalancers: { LoadBalancerArn: string }[] }>(
    "elbv2",
    "describe-load-balancers",
    "--names",
    stack.tool.stack,
  );
  return LoadBalancers[0]?.LoadBalancerArn ?? "";
}

async function listenerArn(stack: Stack): Promise<string> {
  const { Listeners } = await stack.aws<{ Listeners: { ListenerArn: string }[] }>(
    "elbv2",
    "describe-listeners",
    "--load-balancer-arn",
    await loadBalancerArn(stack),
  );
  return Listeners[0]?.ListenerArn ?? "";
}

async function targetGroup(stack: Stack, name = stack.tool.stack): Promise<{ arn: string; vpcId: string }> {
  const { TargetGroups } = await stack.aws<{ TargetGroups: { TargetGroupArn: string; VpcId: string }[] }>(
    "elbv2",
    "describe-target-groups",
    "--names",
    name,
  );
  return { arn: TargetGroups[0]?.TargetGroupArn ?? "", vpcId: TargetGroups[0]?.VpcId ?? "" };
}

const targets = async (stack: Stack, verb: "register-targets" | "deregister-targets", port: number) =>
  stack.aws(
    "elbv2",
    verb,
    "--target-group-arn",
    (await targetGroup(stack)).arn,
    "--targets",
    `Id=${stack.instanceId},Port=${port}`,
  );

const forwardTo = async (stack: Stack, arn: string) =>
  stack.aws(
    "elbv2",
    "modify-listener",
    "--listener-arn",
    await listenerArn(stack),
    "--default-actions",
    `Type=forward,TargetGroupArn=${arn}`,
  );

const setGroups = async (stack: Stack, name: string) =>
  stack.aws(
    "elbv2",
    "set-security-groups",
    "--load-balancer-arn",
    await loadBalancerArn(stack),
    "--security-groups",
    (await group(stack, name)).id,
  );

const everyone = ["--protocol", "tcp", "--port", "80", "--cidr", "0.0.0.0/0"];

export const edgeProvocations: readonly Provocation[] = [
  {
    layer: "security-group",
    code: "LOAD_BALANCER_CLOSED",
    what: "the load balancer's inbound rule is gone",
    row: 20,
    breakIt: revokeAll("load-balancer"),
  },
  {
    layer: "security-group",
    code: "HOST_CLOSED",
    what: "the rule from the load balancer to the host is gone",
    row: 21,
    breakIt: revokeAll("host"),
  },
  {
    layer: "security-group",
    code: "LOAD_BALANCER_GROUP_WRONG",
    what: "the load balancer carries another group",
    row: 20,
    breakIt: (stack) => setGroups(stack, "host"),
    restore: (stack) => setGroups(stack, "load-balancer"),
  },
  {
    layer: "security-group",
    code: "HOST_OPEN_TO_OTHERS",
    what: "the host is open to everyone",
    breakIt: async (stack) =>
      stack.aws("ec2", "authorize-security-group-ingress", "--group-id", (await group(stack, "host")).id, ...everyone),
    restore: ({ tool }) => tool.ok("step", "ec2"),
  },
  {
    layer: "routes",
    code: "ROUTE_MISSING",
    what: "the default route is gone",
    row: 30,
    breakIt: async (stack) =>
      stack.aws(
        "ec2",
        "delete-route",
        "--route-table-id",
        (await routeTable(stack)).RouteTableId,
        "--destination-cidr-block",
        "0.0.0.0/0",
      ),
  },
  {
    layer: "routes",
    code: "SUBNET_NOT_ROUTED",
    what: "a subnet lost its route table",
    row: 30,
    breakIt: async (stack) => {
      const association = (await routeTable(stack)).Associations.find(({ SubnetId }) => SubnetId);
      await stack.aws(
        "ec2",
        "disassociate-route-table",
        "--association-id",
        association?.RouteTableAssociationId ?? "",
      );
    },
  },
  {
    layer: "target-group",
    code: "TARGET_NOT_REGISTERED",
    what: "the host was deregistered",
    breakIt: (stack) => targets(stack, "deregister-targets", 80),
  },
  {
    layer: "target-group",
    code: "TARGET_PORT_WRONG",
    what: "the host is registered on another port",
    row: 21,
    breakIt: async (stack) => {
      await targets(stack, "register-targets", 8080);
      await targets(stack, "deregister-targets", 80);
    },
  },
  {
    layer: "target-group",
    code: "HEALTH_CHECK_CHANGED",
    what: "the health check asks for a page that is not there, and the load balancer fails open",
    row: 22,
    breakIt: async (stack) =>
      stack.aws(
        "elbv2",
        "modify-target-group",
        "--target-group-arn",
        (await targetGroup(stack)).arn,
        "--health-check-path",
        "/nothing-here",
      ),
  },
  {
    layer: "load-balancer",
    code: "LISTENER_MISSING",
    what: "the listener is gone",
    row: 20,
    breakIt: async (stack) => stack.aws("elbv2", "delete-listener", "--listener-arn", await listenerArn(stack)),
  },
  {
    layer: "load-balancer",
    code: "LISTENER_FORWARDS_ELSEWHERE",
    what: "the listener forwards to another target group",
    breakIt: async (stack) => {
      const { vpcId } = await targetGroup(stack);
      await stack.aws(
        "elbv2",
        "create-target-group",
        "--name",
        "elsewhere",
        "--protocol",
        "HTTP",
        "--port",
        "80",
        "--vpc-id",
        vpcId,
      );
      await forwardTo(stack, (await targetGroup(stack, "elsewhere")).arn);
    },
    restore: async (stack) => {
      await forwardTo(stack, (await targetGroup(stack)).arn);
      const { arn } = await targetGroup(stack, "elsewhere");
      await stack.aws("elbv2", "delete-target-group", "--target-group-arn", arn);
    },
  },
  {
    layer: "load-balancer",
    code: "LOAD_BALANCER_MISSING",
    what: "the load balancer was deleted",
    breakIt: async (stack) =>
      stack.aws("elbv2", "delete-load-balancer", "--load-balancer-arn", await loadBalancerArn(stack)),
    restore: ({ tool }) => tool.ok("step", "alb"),
  },
];
