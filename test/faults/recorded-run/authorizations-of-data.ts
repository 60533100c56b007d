import { sandboxAccount } from "../../../src/sandbox/world.ts";
import {
  arnOf,
  existing,
  requested,
  structures,
  text,
  type Authorization,
  type CloudFacts,
  type Params,
} from "./authorization.ts";

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

export async function ofS3(name: string, params: Params, newer: readonly string[]): Promise<Authorization[]> {
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

export async function ofRds(name: string, params: Params, facts: CloudFacts): Promise<Authorization[]> {
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
