import { sandboxAccount } from "../../../src/sandbox/world.ts";
import { region, stack } from "../support/double-cloud.ts";
import {
  arnOf,
  existing,
  list,
  passRole,
  requested,
  resourceTypes,
  structures,
  text,
  type Authorization,
  type CloudFacts,
  type Params,
} from "./authorization.ts";

const ec2Ids: Readonly<Record<string, RegExp>> = {
  "elastic-ip": /^eipalloc-/,
  "internet-gateway": /^igw-/,
  "network-acl": /^acl-/,
  "network-interface": /^eni-/,
  "route-table": /^rtb-/,
  "security-group": /^sg-/,
  image: /^ami-/,
  instance: /^i-/,
  "launch-template": /^lt-/,
  snapshot: /^snap-/,
  subnet: /^subnet-/,
  volume: /^vol-/,
  vpc: /^vpc-/,
};

const ofNoAccount: ReadonlySet<string> = new Set(["image", "snapshot"]);

export async function ofEc2(name: string, params: Params, facts: CloudFacts): Promise<Authorization[]> {
  const action = `ec2:${name}`;
  const types = await resourceTypes("ec2", name);
  if (types.length === 0) return [{ action, resource: "*", context: {} }];
  const found: Authorization[] = [];
  for (const id of idsIn(params, facts)) {
    const type = Object.keys(ec2Ids).find((it) => ec2Ids[it]?.test(id) && types.includes(it));
    if (type === undefined) continue;
    // Images, public ones among them, and snapshots have no account in their ARN.
    const resource = ofNoAccount.has(type) ? `arn:aws:ec2:${region}::${type}/${id}` : arnOf("ec2", `${type}/${id}`);
    found.push({ action, resource, context: existing(facts, id) });
  }
  for (const { ResourceType, Tags } of structures(params["TagSpecifications"])) {
    const type = text(ResourceType);
    const resource = ofNoAccount.has(type) ? `arn:aws:ec2:${region}::${type}/new` : arnOf("ec2", `${type}/new`);
    const context = requested(Tags);
    found.push({ action, resource, context });
    found.push({ action: "ec2:CreateTags", resource, context: { ...context, "ec2:CreateAction": name } });
  }
  const profile = text((params["IamInstanceProfile"] as Params | undefined)?.["Name"]);
  if (profile !== "") found.push(passRole(profile));
  return found;
}

/** All ids in the parameters, without those that only filter. */
function idsIn(value: unknown, facts: CloudFacts): string[] {
  if (typeof value === "string") {
    const association = facts.associations[value];
    return association ? [association.partnerId, association.subnetId] : [value];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "IpPermissions" ? [] : idsIn(inner, facts)));
}

export async function ofElbv2(name: string, params: Params, facts: CloudFacts): Promise<Authorization[]> {
  const action = `elasticloadbalancing:${name}`;
  const types = await resourceTypes("elasticloadbalancing", name);
  if (types.length === 0) return [{ action, resource: "*", context: {} }];
  const tags = requested(params["Tags"]);
  const make = (resource: string, owned: Authorization[]): Authorization[] => [
    ...owned,
    {
      action: "elasticloadbalancing:AddTags",
      resource,
      context: { ...tags, "elasticloadbalancing:CreateAction": name },
    },
  ];
  const own = (arn: string): Authorization => ({
    action,
    resource: arn,
    context: { ...tags, ...existing(facts, arn) },
  });
  const id = "0123456789abcdef";
  switch (name) {
    case "CreateLoadBalancer": {
      const kind = params["Type"] === "network" ? "net" : "app";
      const resource = arnOf("elasticloadbalancing", `loadbalancer/${kind}/${text(params["Name"])}/${id}`);
      return make(resource, [{ action, resource, context: tags }, serviceLinkedRole]);
    }
    case "CreateTargetGroup": {
      const resource = arnOf("elasticloadbalancing", `targetgroup/${text(params["Name"])}/${id}`);
      return make(resource, [{ action, resource, context: tags }]);
    }
    case "CreateListener": {
      const balancer = text(params["LoadBalancerArn"]);
      return make(`${balancer.replace(":loadbalancer/", ":listener/")}/${id}`, [own(balancer)]);
    }
    case "CreateRule": {
      const listener = text(params["ListenerArn"]);
      return make(`${listener.replace(":listener/", ":listener-rule/")}/${id}`, [own(listener)]);
    }
    case "DeleteRule":
      return [own(text(params["RuleArn"]))];
    case "AddTags":
      return list(params["ResourceArns"]).map((arn) => own(text(arn)));
    default: {
      const arn = params["ListenerArn"] ?? params["LoadBalancerArn"] ?? params["TargetGroupArn"];
      return [own(text(arn))];
    }
  }
}

const serviceLinkedRole: Authorization = {
  action: "iam:CreateServiceLinkedRole",
  resource: `arn:aws:iam::${sandboxAccount}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`,
  context: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" },
};

/** A group is launched from a template with the caller's own rights, to which that of passing its role belongs. */
export async function ofAutoScaling(name: string, params: Params, facts: CloudFacts): Promise<Authorization[]> {
  const action = `autoscaling:${name}`;
  if ((await resourceTypes("autoscaling", name)).length === 0) return [{ action, resource: "*", context: {} }];
  const [tag] = (params["Tags"] ?? []) as readonly Params[];
  const group = text(params["AutoScalingGroupName"] ?? tag?.["ResourceId"]);
  const resource = arnOf("autoscaling", `autoScalingGroup:0123:autoScalingGroupName/${group}`);
  if (name !== "CreateAutoScalingGroup") return [{ action, resource, context: existing(facts, group) }];
  const context = requested(params["Tags"]);
  const template = text((params["LaunchTemplate"] as Params | undefined)?.["LaunchTemplateId"]);
  return [
    { action, resource, context },
    { action: "autoscaling:CreateOrUpdateTags", resource, context },
    {
      action: "ec2:RunInstances",
      resource: arnOf("ec2", `launch-template/${template}`),
      context: existing(facts, template),
    },
    passRole(`${stack}-host`),
    {
      action: "iam:CreateServiceLinkedRole",
      resource: `arn:aws:iam::${sandboxAccount}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
      context: { "iam:AWSServiceName": "autoscaling.amazonaws.com" },
    },
  ];
}
