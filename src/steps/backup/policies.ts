import type { PolicyDocument } from "../../ports/identity.ts";
import { bucketArn, secureTransportPolicy } from "../s3/policies.ts";

export const backupPolicyName = "lecture05-backup";
export const restorePolicyName = "lecture05-restore";

/**
 * What the hosts may do with the backups: write them, and read what tells whether one is due and who is at it. They
 * cannot read the rows of an earlier day, and remove nothing: what is deleted is only marked so, because versions are
 * another right (s3:DeleteObjectVersion). PutObject with If-Match asks for GetObject, too.
 */
export function hostBackupPolicy(bucket: string, region: string): PolicyDocument {
  const arn = bucketArn(bucket, region);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "WriteBackups",
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: ["inventory/*", "lease", "manifests/*", "objects/*", "rows/*"].map((keys) => `${arn}/${keys}`),
      },
      { Sid: "TakeTurns", Effect: "Allow", Action: "s3:GetObject", Resource: `${arn}/lease` },
      { Sid: "MarkCopies", Effect: "Allow", Action: "s3:DeleteObject", Resource: `${arn}/objects/*` },
      { Sid: "SeeWhatIsThere", Effect: "Allow", Action: ["s3:ListBucket", "s3:ListBucketVersions"], Resource: arn },
    ],
  };
}

/** The same without a right to write, for a proof that without it nothing is written. */
export function readOnlyBackupPolicy(bucket: string, region: string): PolicyDocument {
  const { Statement, ...rest } = hostBackupPolicy(bucket, region);
  return { ...rest, Statement: Statement.filter((it) => (it as { Sid: string }).Sid !== "WriteBackups") };
}

/** For as long as a restore takes. */
export function hostRestorePolicy(bucket: string, region: string): PolicyDocument {
  const arn = bucketArn(bucket, region);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadBackups",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: `${arn}/*`,
      },
      { Sid: "SeeWhatIsThere", Effect: "Allow", Action: "s3:ListBucket", Resource: arn },
    ],
  };
}

/** Hosts with somebody else's role are let in by the bucket, because that role is not changed. */
export function backupBucketPolicy(bucket: string, region: string, givenRoleArn: string | undefined): PolicyDocument {
  const closed = secureTransportPolicy(bucket, region);
  if (givenRoleArn === undefined) return closed;
  const forRole = hostBackupPolicy(bucket, region).Statement.map((statement) => ({
    ...statement,
    Principal: { AWS: givenRoleArn },
  }));
  return { ...closed, Statement: [...closed.Statement, ...forRole] };
}
