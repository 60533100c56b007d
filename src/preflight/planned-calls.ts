import type { PlannedCall } from "../ports/account.ts";
import type { LoadBalancerKind } from "../ports/load-balancing.ts";
import { databaseIdFor, parameterPath } from "../steps/database/names.ts";
import { roleNameOf } from "../steps/ec2/observe.ts";
import { isOnTheWay, type StepName } from "../steps/names.ts";
import { backupBucketNameFor, bucketNameFor, logsBucketNameFor, siteBucketNameFor } from "../steps/s3/bucket-name.ts";

interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly stack: string;
}

/** How far it goes, and what of it is given and so not made. */
interface Extent {
  readonly last: StepName;
  readonly givenNetwork: boolean;
  readonly givenProfile: boolean;
  readonly accessLogs: boolean;
  readonly certificateArn?: string | undefined;
  readonly loadBalancer: LoadBalancerKind;
}

/** What makes, changes and removes something, step by step: a stack that cannot be removed must not be begun. */
export function plannedCalls(
  place: Place,
  { last, givenNetwork, givenProfile, accessLogs, certificateArn, loadBalancer }: Extent,
): PlannedCall[] {
  const { partition, account, region, stack } = place;
  const on = (resource: string, ...actions: readonly string[]): PlannedCall[] =>
    actions.map((action) => ({ action, resource }));
  const ec2 = (kind: string): string => `arn:${partition}:ec2:${region}:${account}:${kind}/*`;
  // They are of no account in their ARN, because they can be shared.
  const image = `arn:${partition}:ec2:${region}::image/*`;
  const snapshot = `arn:${partition}:ec2:${region}::snapshot/*`;
  const role = `arn:${partition}:iam::${account}:role/${roleNameOf(stack)}`;
  const elb = (kind: string): string => `arn:${partition}:elasticloadbalancing:${region}:${account}:${kind}`;
  const bucket = `arn:${partition}:s3:::${bucketNameFor(place)}`;
  const backupBucket = `arn:${partition}:s3:::${backupBucketNameFor(place)}`;
  const siteBucket = `arn:${partition}:s3:::${siteBucketNameFor(place)}`;
  const logsBucket = `arn:${partition}:s3:::${logsBucketNameFor(place)}`;
  const network = [
    ...on(ec2("vpc"), "ec2:CreateVpc", "ec2:ModifyVpcAttribute", "ec2:DeleteVpc"),
    ...on(ec2("subnet"), "ec2:CreateSubnet", "ec2:DeleteSubnet"),
    ...on(
      ec2("internet-gateway"),
      "ec2:CreateInternetGateway",
      "ec2:AttachInternetGateway",
      "ec2:DeleteInternetGateway",
    ),
    ...on(
      ec2("route-table"),
      "ec2:CreateRouteTable",
      "ec2:CreateRoute",
      "ec2:AssociateRouteTable",
      "ec2:DeleteRouteTable",
    ),
  ];
  const identity = [
    ...on(role, "iam:CreateRole", "iam:TagRole", "iam:AttachRolePolicy", "iam:PassRole", "iam:DeleteRole"),
    ...on(
      `arn:${partition}:iam::${account}:instance-profile/${roleNameOf(stack)}`,
      "iam:CreateInstanceProfile",
      "iam:AddRoleToInstanceProfile",
      "iam:DeleteInstanceProfile",
    ),
  ];
  const calls = [
    ...(givenNetwork ? [] : network),
    ...on(
      ec2("security-group"),
      "ec2:CreateSecurityGroup",
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:DeleteSecurityGroup",
    ),
    ...on(ec2("instance"), "ec2:RunInstances", "ec2:TerminateInstances", "ec2:CreateTags"),
    ...(givenProfile ? [] : identity),
    ...on(ec2("instance"), "ssm:SendCommand"),
    ...on("*", "ssm:DescribeInstanceInformation", "ssm:GetCommandInvocation"),
  ];
  if (isOnTheWay(last, "alb")) {
    if (certificateArn !== undefined)
      calls.push(...on(certificateArn, "acm:DescribeCertificate", "acm:GetCertificate"));
    calls.push(
      ...on(
        elb(`targetgroup/${stack}/*`),
        "elasticloadbalancing:CreateTargetGroup",
        "elasticloadbalancing:RegisterTargets",
      ),
      ...on(
        elb(`loadbalancer/${loadBalancer === "nlb" ? "net" : "app"}/${stack}/*`),
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:DeleteLoadBalancer",
      ),
      ...(loadBalancer === "nlb" ? on(ec2("elastic-ip"), "ec2:AllocateAddress", "ec2:ReleaseAddress") : []),
    );
  }
  if (isOnTheWay(last, "s3")) {
    calls.push(
      ...on(bucket, "s3:CreateBucket", "s3:PutBucketPolicy", "s3:PutBucketVersioning", "s3:DeleteBucket"),
      ...on(`${bucket}/*`, "s3:DeleteObjectVersion"),
      ...(givenProfile ? [] : on(role, "iam:PutRolePolicy")),
    );
    if (accessLogs) {
      calls.push(
        ...on(bucket, "s3:PutBucketLogging"),
        ...on(logsBucket, "s3:CreateBucket", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration", "s3:DeleteBucket"),
        ...on(elb(`loadbalancer/app/${stack}/*`), "elasticloadbalancing:ModifyLoadBalancerAttributes"),
      );
    }
  }
  if (isOnTheWay(last, "static-site")) {
    calls.push(
      ...on(siteBucket, "s3:CreateBucket", "s3:PutBucketPolicy", "s3:PutBucketWebsite", "s3:DeleteBucket"),
      ...on(`${siteBucket}/*`, "s3:PutObject", "s3:DeleteObjectVersion"),
      ...on(elb(`listener/app/${stack}/*`), "elasticloadbalancing:CreateRule"),
      ...on(elb(`listener-rule/app/${stack}/*`), "elasticloadbalancing:DeleteRule"),
    );
  }
  if (isOnTheWay(last, "backup")) {
    calls.push(
      ...on(backupBucket, "s3:CreateBucket", "s3:PutBucketPolicy", "s3:PutBucketVersioning"),
      ...on(backupBucket, "s3:PutLifecycleConfiguration", "s3:ListBucketVersions"),
      ...on(`${backupBucket}/*`, "s3:GetObject"),
      ...(givenProfile ? [] : on(role, "iam:PutRolePolicy", "iam:DeleteRolePolicy")),
      ...on(image, "ec2:CreateImage", "ec2:DeregisterImage"),
      ...on(snapshot, "ec2:DeleteSnapshot"),
    );
  }
  if (isOnTheWay(last, "database")) {
    const id = databaseIdFor(place);
    const rds = (kind: string): string => `arn:${partition}:rds:${region}:${account}:${kind}:${id}`;
    const secrets = `arn:${partition}:ssm:${region}:${account}:parameter${parameterPath(place)}/*`;
    calls.push(
      ...on(rds("db"), "rds:CreateDBInstance", "rds:DeleteDBInstance"),
      ...on(rds("subgrp"), "rds:CreateDBSubnetGroup", "rds:DeleteDBSubnetGroup"),
      ...on(secrets, "ssm:PutParameter", "ssm:GetParameter", "ssm:DeleteParameter"),
    );
  }
  return calls;
}
