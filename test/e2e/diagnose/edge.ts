import {
  DeleteRouteCommand,
  DisassociateRouteTableCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
  SetSecurityGroupsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  deregisterTarget,
  openToEveryone,
  registerTarget,
  routeTable,
  securityGroup,
  targetGroup,
  toEc2,
  toElb,
} from "../../support/stack-aws.ts";
import type { Stack } from "../../support/stack.ts";
import type { Provocation } from "./provocation.ts";

const revokeAll = (name: string) => async (stack: Stack) => {
  const { id: GroupId, permissions: IpPermissions } = await securityGroup(stack, name);
  await (await toEc2(stack)).send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
};

async function loadBalancerArn(stack: Stack): Promise<string> {
  const request = new DescribeLoadBalancersCommand({ Names: [stack.tool.stack] });
  return (await (await toElb(stack)).send(request)).LoadBalancers?.[0]?.LoadBalancerArn ?? "";
}

async function listenerArn(stack: Stack): Promise<string> {
  const request = new DescribeListenersCommand({ LoadBalancerArn: await loadBalancerArn(stack) });
  return (await (await toElb(stack)).send(request)).Listeners?.[0]?.ListenerArn ?? "";
}

const forwardTo = async (stack: Stack, TargetGroupArn: string) =>
  (await toElb(stack)).send(
    new ModifyListenerCommand({
      ListenerArn: await listenerArn(stack),
      DefaultActions: [{ Type: "forward", TargetGroupArn }],
    }),
  );

const setGroups = async (stack: Stack, name: string) =>
  (await toElb(stack)).send(
    new SetSecurityGroupsCommand({
      LoadBalancerArn: await loadBalancerArn(stack),
      SecurityGroups: [(await securityGroup(stack, name)).id],
    }),
  );

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
    breakIt: openToEveryone,
    restore: ({ tool }) => tool.ok("step", "ec2"),
  },
  {
    layer: "routes",
    code: "ROUTE_MISSING",
    what: "the default route is gone",
    row: 30,
    breakIt: async (stack) =>
      (await toEc2(stack)).send(
        new DeleteRouteCommand({
          RouteTableId: (await routeTable(stack)).RouteTableId,
          DestinationCidrBlock: "0.0.0.0/0",
        }),
      ),
  },
  {
    layer: "routes",
    code: "SUBNET_NOT_ROUTED",
    what: "a subnet lost its route table",
    row: 30,
    breakIt: async (stack) => {
      const association = (await routeTable(stack)).Associations?.find(({ SubnetId }) => SubnetId);
      const AssociationId = association?.RouteTableAssociationId;
      await (await toEc2(stack)).send(new DisassociateRouteTableCommand({ AssociationId }));
    },
  },
  {
    layer: "target-group",
    code: "TARGET_NOT_REGISTERED",
    what: "the host was deregistered",
    breakIt: deregisterTarget,
  },
  {
    layer: "target-group",
    code: "TARGET_PORT_WRONG",
    what: "the host is registered on another port",
    row: 21,
    breakIt: async (stack) => {
      await registerTarget(stack, 8080);
      await deregisterTarget(stack);
    },
  },
  {
    layer: "target-group",
    code: "HEALTH_CHECK_CHANGED",
    what: "the health check asks for a page that is not there, and the load balancer fails open",
    row: 22,
    breakIt: async (stack) =>
      (await toElb(stack)).send(
        new ModifyTargetGroupCommand({
          TargetGroupArn: (await targetGroup(stack)).arn,
          HealthCheckPath: "/nothing-here",
        }),
      ),
  },
  {
    layer: "load-balancer",
    code: "LISTENER_MISSING",
    what: "the listener is gone",
    row: 20,
    breakIt: async (stack) =>
      (await toElb(stack)).send(new DeleteListenerCommand({ ListenerArn: await listenerArn(stack) })),
  },
  {
    layer: "load-balancer",
    code: "LISTENER_FORWARDS_ELSEWHERE",
    what: "the listener forwards to another target group",
    breakIt: async (stack) => {
      const { vpcId: VpcId } = await targetGroup(stack);
      const request = new CreateTargetGroupCommand({ Name: "elsewhere", Protocol: "HTTP", Port: 80, VpcId });
      await (await toElb(stack)).send(request);
      await forwardTo(stack, (await targetGroup(stack, "elsewhere")).arn);
    },
    restore: async (stack) => {
      await forwardTo(stack, (await targetGroup(stack)).arn);
      const { arn: TargetGroupArn } = await targetGroup(stack, "elsewhere");
      await (await toElb(stack)).send(new DeleteTargetGroupCommand({ TargetGroupArn }));
    },
  },
  {
    layer: "load-balancer",
    code: "LOAD_BALANCER_MISSING",
    what: "the load balancer was deleted",
    breakIt: async (stack) =>
      (await toElb(stack)).send(new DeleteLoadBalancerCommand({ LoadBalancerArn: await loadBalancerArn(stack) })),
    restore: ({ tool }) => tool.ok("step", "alb"),
  },
];
