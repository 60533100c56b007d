import { operations } from "../../src/aws/operations.ts";
import { managedPolicyForSsm } from "../../src/steps/ec2/plan.ts";
import { imageParameterFor } from "../../src/steps/ec2/image.ts";
import { parameterPath } from "../../src/steps/database/names.ts";
import { roleNameOf } from "../../src/steps/ec2/observe.ts";
import { actionOf, type Operation } from "./actions.ts";
import { needlessWith, type Network, type Profile } from "./given.ts";

/** A statement of the policy: operations of ours, what else AWS asks for when they are called, on what, and when. */
interface Rule {
  readonly sid: string;
  readonly operations?: readonly Operation[];
  /** Permissions that no operation of ours bears the name of. */
  readonly also?: readonly string[];
  readonly on: string | readonly string[];
  readonly when?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: NonNullable<Rule["when"]>;
}

export interface OperatorPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** The actions tell which kinds of resources are meant; naming them once more would go over the limit of 6,144 characters. */
const anyOfEc2 = "arn:aws:ec2:*:*:*";
const anyGroup = "arn:aws:autoscaling:*:*:autoScalingGroup:*";
const anyOfElbv2 = "arn:aws:elasticloadbalancing:*:*:*";

/**
 * What the person needs who runs the tool for one stack. New resources only with the stack's tag, existing ones only
 * when they bear it; where AWS knows no such condition (roles, buckets), only those with the stack's name.
 */
function rulesFor(stack: string): readonly Rule[] {
  const made = { StringEquals: { "aws:RequestTag/lecture05:stack": stack } };
  const ours = { StringEquals: { "aws:ResourceTag/lecture05:stack": stack } };
  const role = `arn:aws:iam::*:role/${roleNameOf(stack)}`;
  const profile = `arn:aws:iam::*:instance-profile/${roleNameOf(stack)}`;
  const bucket = `arn:aws:s3:::${stack}-*`;
  const creating: readonly Operation[] = [
    "ec2:CreateInternetGateway",
    "ec2:CreateRouteTable",
    "ec2:CreateSecurityGroup",
    "ec2:CreateSubnet",
    "ec2:CreateVpc",
    "ec2:RunInstances",
  ];
  return [
    {
      sid: "MakeWithTag",
      operations: [...creating, "elbv2:CreateLoadBalancer", "elbv2:CreateTargetGroup"],
      on: [anyOfEc2, anyOfElbv2],
      when: made,
    },
    {
      sid: "TagNew",
      operations: ["ec2:CreateTags"],
      on: anyOfEc2,
      when: { StringEquals: { ...made.StringEquals, "ec2:CreateAction": creating.map((it) => it.slice(4)) } },
    },
    {
      sid: "PlaceInOwn",
      operations: ["ec2:CreateRouteTable", "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:RunInstances"],
      on: anyOfEc2,
      when: ours,
    },
    {
      sid: "UsePublic",
      operations: ["ec2:RunInstances", "ssm:GetParameter", "ssm:SendCommand"],
      on: [
        "arn:aws:ec2:*::image/*",
        `arn:aws:ssm:*:*:parameter${imageParameterFor("*")}`,
        "arn:aws:ssm:*:*:document/AWS-RunShellScript",
      ],
    },
    {
      sid: "ChangeOwn",
      operations: [
        "ec2:AssociateRouteTable",
        "ec2:AttachInternetGateway",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateRoute",
        "ec2:CreateTags",
        "ec2:DeleteInternetGateway",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteSubnet",
        "ec2:DeleteVolume",
        "ec2:DeleteVpc",
        "ec2:DescribeVpcAttribute",
        "ec2:DetachInternetGateway",
        "ec2:DisassociateRouteTable",
        "ec2:ModifyInstanceAttribute",
        "ec2:ModifyInstanceMetadataOptions",
        "ec2:ModifyVpcAttribute",
        "ec2:ReplaceRoute",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:StartInstances",
        "ec2:StopInstances",
        "ec2:TerminateInstances",
        "elbv2:AddTags",
        "elbv2:CreateListener",
        "elbv2:DeleteListener",
        "elbv2:DeleteLoadBalancer",
        "elbv2:DeleteTargetGroup",
        "elbv2:DeregisterTargets",
        "elbv2:ModifyListener",
        "elbv2:ModifyLoadBalancerAttributes",
        "elbv2:ModifyTargetGroup",
        "elbv2:ModifyTargetGroupAttributes",
        "elbv2:RegisterTargets",
        "ssm:SendCommand",
      ],
      on: [anyOfEc2, anyOfElbv2],
      when: ours,
    },
    {
      sid: "TagBalancers",
      also: ["elasticloadbalancing:AddTags"],
      on: anyOfElbv2,
      when: {
        StringEquals: {
          ...made.StringEquals,
          "elasticloadbalancing:CreateAction": ["CreateListener", "CreateLoadBalancer", "CreateTargetGroup"],
        },
      },
    },
    {
      // The first load balancer of an account brings the role that all of them use.
      sid: "FirstBalancer",
      also: ["iam:CreateServiceLinkedRole"],
      on: "arn:aws:iam::*:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing",
      when: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    },
    {
      sid: "HostRole",
      operations: [
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:CreateRole",
        "iam:DeleteInstanceProfile",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:GetInstanceProfile",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:PutRolePolicy",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:TagRole",
      ],
      on: [role, profile],
    },
    {
      // The preflight: whether the person's own policies allow what will be called.
      sid: "Simulate",
      operations: ["iam:SimulatePrincipalPolicy"],
      on: "arn:aws:iam::*:*",
    },
    {
      // `destroy` looks for what bears the stack's name and tag, and was not recorded.
      sid: "LeftOvers",
      operations: ["iam:ListInstanceProfileTags", "iam:ListRoleTags"],
      on: [`arn:aws:iam::*:role/${stack}-*`, `arn:aws:iam::*:instance-profile/${stack}-*`],
    },
    {
      sid: "HostPolicy",
      operations: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      on: role,
      when: { ArnEquals: { "iam:PolicyARN": `arn:aws:iam::aws:policy/${managedPolicyForSsm}` } },
    },
    {
      sid: "PassRole",
      also: ["iam:PassRole"],
      on: role,
      when: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    },
    {
      sid: "Bucket",
      operations: [
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:GetBucketEncryption",
        "s3:GetBucketLifecycleConfiguration",
        "s3:GetBucketLogging",
        "s3:GetBucketPolicy",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetPublicAccessBlock",
        "s3:ListMultipartUploads",
        "s3:ListObjectVersions",
        "s3:ListObjectsV2",
        "s3:PutBucketEncryption",
        "s3:PutBucketLifecycleConfiguration",
        "s3:PutBucketLogging",
        "s3:PutBucketPolicy",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutPublicAccessBlock",
      ],
      also: ["s3:TagResource"],
      on: bucket,
    },
    { sid: "Objects", operations: ["s3:AbortMultipartUpload", "s3:DeleteObjects", "s3:GetObject"], on: `${bucket}/*` },
  ];
}

/** What is needed on top by who wants more than the lecture: HTTPS, or its extra steps. In a policy of its own for its size. */
function extraRulesFor(stack: string): readonly Rule[] {
  const made = { StringEquals: { "aws:RequestTag/lecture05:stack": stack } };
  const ours = { StringEquals: { "aws:ResourceTag/lecture05:stack": stack } };
  const secrets = `arn:aws:ssm:*:*:parameter${parameterPath({ stack })}/*`;
  return [
    {
      // Of whoever made it; nothing is changed in it.
      sid: "ReadCertificate",
      operations: ["acm:DescribeCertificate", "acm:GetCertificate"],
      on: "arn:aws:acm:*:*:certificate/*",
    },
    {
      sid: "ShowMaintenancePage",
      operations: ["s3:GetBucketWebsite", "s3:PutBucketWebsite", "s3:PutObject"],
      on: [`arn:aws:s3:::${stack}-*-site`, `arn:aws:s3:::${stack}-*-site/*`],
    },
    {
      sid: "LookFurther",
      operations: ["ec2:DescribeNetworkAcls", "elbv2:DescribeRules", "rds:DescribeOrderableDBInstanceOptions"],
      on: "*",
    },
    { sid: "SendVisitorsThere", operations: ["elbv2:CreateRule", "elbv2:DeleteRule"], on: anyOfElbv2, when: ours },
    {
      sid: "TagRule",
      also: ["elasticloadbalancing:AddTags"],
      on: anyOfElbv2,
      when: { StringEquals: { ...made.StringEquals, "elasticloadbalancing:CreateAction": ["CreateRule"] } },
    },
    {
      sid: "MakeDatabaseWithTag",
      operations: ["rds:AddTagsToResource", "rds:CreateDBInstance", "rds:CreateDBSubnetGroup"],
      on: "arn:aws:rds:*:*:*",
      when: made,
    },
    {
      sid: "ChangeOwnDatabase",
      operations: [
        "rds:AddTagsToResource",
        "rds:DeleteDBInstance",
        "rds:DeleteDBSubnetGroup",
        "rds:ModifyDBInstance",
        "rds:RebootDBInstance",
        "rds:StartDBInstance",
        "rds:StopDBInstance",
      ],
      on: "arn:aws:rds:*:*:*",
      when: ours,
    },
    { sid: "MakeSecretsWithTag", operations: ["ssm:AddTagsToResource", "ssm:PutParameter"], on: secrets, when: made },
    {
      sid: "UseOwnSecrets",
      operations: ["ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:GetParameter"],
      on: secrets,
      when: ours,
    },
    {
      // The first database of an account brings the role that all of them use.
      sid: "FirstDatabaseOfAccount",
      also: ["iam:CreateServiceLinkedRole"],
      on: "arn:aws:iam::*:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS",
      when: { StringEquals: { "iam:AWSServiceName": "rds.amazonaws.com" } },
    },
    {
      sid: "LookAtGroups",
      operations: [
        "autoscaling:DescribeInstanceRefreshes",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeScheduledActions",
        "ec2:DescribeLaunchTemplates",
        "ssm:ListCommandInvocations",
      ],
      on: "*",
    },
    {
      sid: "MakeGroupWithTag",
      operations: ["autoscaling:CreateAutoScalingGroup"],
      also: ["autoscaling:CreateOrUpdateTags"],
      on: anyGroup,
      when: made,
    },
    {
      sid: "ChangeOwnGroup",
      operations: [
        "autoscaling:CreateOrUpdateTags",
        "autoscaling:DeleteAutoScalingGroup",
        "autoscaling:DeleteScheduledAction",
        "autoscaling:PutScheduledUpdateGroupAction",
        "autoscaling:ResumeProcesses",
        "autoscaling:StartInstanceRefresh",
        "autoscaling:SuspendProcesses",
        "autoscaling:UpdateAutoScalingGroup",
      ],
      on: anyGroup,
      when: ours,
    },
    {
      sid: "MakeExtrasWithTag",
      operations: ["ec2:AllocateAddress", "ec2:CreateImage", "ec2:CreateLaunchTemplate"],
      on: anyOfEc2,
      when: made,
    },
    {
      sid: "TagNewExtras",
      operations: ["ec2:CreateTags"],
      on: anyOfEc2,
      when: {
        StringEquals: {
          ...made.StringEquals,
          "ec2:CreateAction": ["AllocateAddress", "CreateImage", "CreateLaunchTemplate"],
        },
      },
    },
    {
      sid: "ChangeOwnExtras",
      operations: [
        "ec2:CreateImage",
        "ec2:CreateLaunchTemplateVersion",
        "ec2:DeleteLaunchTemplate",
        "ec2:DeleteSnapshot",
        "ec2:DeregisterImage",
        "ec2:ReleaseAddress",
      ],
      on: anyOfEc2,
      when: ours,
    },
    { sid: "MakeAclWithTag", operations: ["ec2:CreateNetworkAcl"], on: "arn:aws:ec2:*:*:network-acl/*", when: made },
    {
      sid: "TagAcl",
      operations: ["ec2:CreateTags"],
      on: "arn:aws:ec2:*:*:network-acl/*",
      when: { StringEquals: { ...made.StringEquals, "ec2:CreateAction": ["CreateNetworkAcl"] } },
    },
    {
      sid: "CutOffOwnSubnet",
      operations: ["ec2:CreateNetworkAcl", "ec2:DeleteNetworkAcl", "ec2:ReplaceNetworkAclAssociation"],
      on: anyOfEc2,
      when: ours,
    },
    {
      // The default ACL of a VPC, which a subnet had and gets back, bears no tag of ours; another stack's is none of ours.
      sid: "PutBackDefaultAcl",
      operations: ["ec2:ReplaceNetworkAclAssociation"],
      on: "arn:aws:ec2:*:*:network-acl/*",
      when: { StringEqualsIfExists: ours.StringEquals },
    },
    {
      // The first group of an account brings the role that all of them use.
      sid: "FirstGroupOfAccount",
      also: ["iam:CreateServiceLinkedRole"],
      on: "arn:aws:iam::*:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
      when: { StringEquals: { "iam:AWSServiceName": "autoscaling.amazonaws.com" } },
    },
  ];
}

/** Operations that do more than look, and for which AWS knows no resource. */
const withoutResource: readonly Operation[] = ["ssm:CancelCommand"];

const rulesIn = ({ vpc, subnets }: Network): readonly Rule[] => [
  {
    sid: "UseGivenNetwork",
    operations: ["ec2:CreateSecurityGroup", "ec2:RunInstances"],
    on: [`arn:aws:ec2:*:*:vpc/${vpc}`, ...subnets.map((id) => `arn:aws:ec2:*:*:subnet/${id}`)],
  },
];

const rulesWith = ({ instanceProfile, role }: Profile): readonly Rule[] => [
  {
    sid: "ReadGivenProfile",
    operations: ["iam:GetInstanceProfile", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
    on: [`arn:aws:iam::*:instance-profile/${instanceProfile}`, `arn:aws:iam::*:role/${role}`],
  },
  {
    sid: "UseGivenProfile",
    also: ["iam:PassRole"],
    on: `arn:aws:iam::*:role/${role}`,
    when: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
  },
];

/** The policy document. Operations that only look need no rule where AWS knows no resource for them. */
export function operatorPolicy(stack: string, network?: Network, profile?: Profile): OperatorPolicy {
  const rules = [...rulesFor(stack), ...(network ? rulesIn(network) : []), ...(profile ? rulesWith(profile) : [])];
  const ruled = new Set([...rules, ...extraRulesFor(stack)].flatMap((rule) => rule.operations ?? []));
  const all = Object.entries(operations).flatMap(([service, names]) =>
    names.map((name) => `${service}:${name}` as Operation),
  );
  const rest = all.filter((operation) => !ruled.has(operation));
  const unruled = rest.filter((it) => !/:(?:Describe|Get|List)/.test(it) && !withoutResource.includes(it));
  if (unruled.length > 0) throw new Error(`scripts/iam-policy/policy.ts has no rule for ${unruled.join(", ")}`);
  const needless = needlessWith(network, profile);
  const statements = [{ sid: "Look", operations: rest, on: "*" }, ...rules]
    // The role of the stack's own is not passed where another one is given.
    .filter(({ sid }) => !(profile && sid === "PassRole"))
    .map((rule) => statementOf(rule, needless));
  return { Version: "2012-10-17", Statement: statements.filter(({ Action }) => Action.length > 0) };
}

/** The policy document for what comes on top, to be attached beside the other one. */
export function extrasPolicy(stack: string): OperatorPolicy {
  const none: ReadonlySet<string> = new Set();
  return { Version: "2012-10-17", Statement: extraRulesFor(stack).map((rule) => statementOf(rule, none)) };
}

function statementOf(
  { sid, operations: names = [], also = [], on, when }: Rule,
  needless: ReadonlySet<string>,
): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: [...new Set([...names.map(actionOf), ...also])].filter((it) => !needless.has(it)).toSorted(),
    Resource: on,
    ...(when ? { Condition: when } : {}),
  };
}
