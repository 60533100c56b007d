import type { PolicyDocument } from "../../ports/identity.ts";
import { bucketNameFor, logsBucketNameFor } from "./bucket-name.ts";
import { bucketArn, closedToWritersPolicy, partitionOf, secureTransportPolicy } from "./policies.ts";

/** Load balancing adds "/AWSLogs/ACCOUNT/elasticloadbalancing/REGION/yyyy/mm/dd/…" to it. */
export const albPrefix = "alb";
/** S3 adds "yyyy-mm-dd-HH-MM-SS-RANDOM" to it. */
export const s3Prefix = "s3/";
/** All that lies in the logs' bucket. */
export const accessLogPrefixes: readonly string[] = [`${albPrefix}/`, s3Prefix];
/** They are there to look into what happened; nobody pays for them for ever. */
export const expiryDays = 30;

interface Place {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
}

/** Where load balancing writes, as a key. */
export const albKeyPrefix = ({ account }: Pick<Place, "account">): string => `${albPrefix}/AWSLogs/${account}/`;

/** The object with which load balancing shows that it may write. */
export const albTestFile = (place: Pick<Place, "account">): string => `${albKeyPrefix(place)}ELBAccessLogTestFile`;

/**
 * Lets in the two services, each for this stack only. The service principal of load balancing is the same in all regions
 * and partitions; the account ids by region that old regions had before it are supported still, and no longer advised
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html).
 */
export function accessLogsPolicy(place: Place): PolicyDocument {
  const { stack, account, region } = place;
  const logsBucket = logsBucketNameFor(place);
  const arn = bucketArn(logsBucket, region);
  const balancer = `arn:${partitionOf(region)}:elasticloadbalancing:${region}:${account}:loadbalancer/app/${stack}/*`;
  return {
    Version: "2012-10-17",
    Statement: [
      ...secureTransportPolicy(logsBucket, region).Statement,
      {
        Sid: "LoadBalancerLogs",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${arn}/${albKeyPrefix(place)}*`,
        Condition: { ArnLike: { "aws:SourceArn": balancer } },
      },
      {
        Sid: "BucketLogs",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${arn}/${s3Prefix}*`,
        Condition: {
          ArnLike: { "aws:SourceArn": bucketArn(bucketNameFor(place), region) },
          StringEquals: { "aws:SourceAccount": account },
        },
      },
    ],
  };
}

/** Nobody is let in, for a proof that without it nothing is written. */
export const closedLogsPolicy = (place: Place): PolicyDocument =>
  closedToWritersPolicy(logsBucketNameFor(place), place.region);
