import type { PolicyDocument } from "../../ports/identity.ts";

export const rolePolicyName = "lecture05-bucket";

export const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

export const bucketArn = (bucket: string, region: string): string => `arn:${partitionOf(region)}:s3:::${bucket}`;

/**
 * What the hosts may do: this one bucket, and there only what Active Storage and the log shipping call. Listing is
 * needed to delete an image's variants, which share a prefix.
 */
export function hostBucketPolicy(bucket: string, region: string): PolicyDocument {
  const arn = bucketArn(bucket, region);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Objects",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        Resource: `${arn}/*`,
      },
      { Sid: "Prefixes", Effect: "Allow", Action: "s3:ListBucket", Resource: arn },
    ],
  };
}

/** The same without the pictures; the log shipping, which is not to be disturbed, still works. */
export function hostLogsPolicy(bucket: string, region: string): PolicyDocument {
  const arn = bucketArn(bucket, region);
  return {
    Version: "2012-10-17",
    Statement: [{ Sid: "LogsOnly", Effect: "Allow", Action: "s3:PutObject", Resource: `${arn}/logs/*` }],
  };
}

/** Nobody talks to the bucket in the clear. */
export function secureTransportPolicy(bucket: string, region: string): PolicyDocument {
  const arn = bucketArn(bucket, region);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyInsecureTransport",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}

/** What hosts with somebody else's role may do: said by the bucket, because that role is not changed. */
export function bucketPolicyFor(bucket: string, region: string, givenRoleArn: string | undefined): PolicyDocument {
  const closed = secureTransportPolicy(bucket, region);
  if (givenRoleArn === undefined) return closed;
  const forRole = hostBucketPolicy(bucket, region).Statement.map((statement) => ({
    ...statement,
    Principal: { AWS: givenRoleArn },
  }));
  return { ...closed, Statement: [...closed.Statement, ...forRole] };
}

/** Everybody may read the objects; nobody may list them. By plain HTTP too: a website's endpoint speaks no other. */
export function publicPagesPolicy(bucket: string, region: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "EverybodyReads",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `${bucketArn(bucket, region)}/*`,
      },
    ],
  };
}

/** Before a bucket is emptied: no writer may fill it again while we delete (terraform#1977). The rest stays as it was. */
export function closedToWritersPolicy(bucket: string, region: string): PolicyDocument {
  const arn = bucketArn(bucket, region);
  return {
    Version: "2012-10-17",
    Statement: [
      ...secureTransportPolicy(bucket, region).Statement,
      { Sid: "ClosedForDeletion", Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${arn}/*` },
    ],
  };
}

/** Documents are compared by content: AWS may return another order of keys. */
export function samePolicy(one: PolicyDocument | undefined, other: PolicyDocument): boolean {
  return one !== undefined && canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 1 ? canonical(value[0]) : `[${value.map(canonical).toSorted().join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${key}:${canonical(entry)}`).join(",")}}`;
}
