import { describe, expect, it } from "vitest";
import { accessLogsPolicy } from "../../../src/steps/s3/access-logs-policy.ts";
import { logsBucketNameFor } from "../../../src/steps/s3/bucket-name.ts";

describe("the policy of the logs' bucket", () => {
  it.each([
    ["ap-northeast-1", "aws"],
    ["us-gov-west-1", "aws-us-gov"],
    ["cn-north-1", "aws-cn"],
  ])("names the right resources in %s", (anyRegion, partition) => {
    const { Statement } = accessLogsPolicy({ stack: "demo", account: "111122223333", region: anyRegion });
    const name = logsBucketNameFor({ stack: "demo", account: "111122223333", region: anyRegion });
    expect(Statement.slice(1)).toMatchObject([
      {
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Resource: `arn:${partition}:s3:::${name}/alb/AWSLogs/111122223333/*`,
        Condition: {
          ArnLike: {
            "aws:SourceArn": `arn:${partition}:elasticloadbalancing:${anyRegion}:111122223333:loadbalancer/app/demo/*`,
          },
        },
      },
      {
        Principal: { Service: "logging.s3.amazonaws.com" },
        Resource: `arn:${partition}:s3:::${name}/s3/*`,
        Condition: {
          ArnLike: { "aws:SourceArn": `arn:${partition}:s3:::${name.replace(/-logs$/, "")}` },
          StringEquals: { "aws:SourceAccount": "111122223333" },
        },
      },
    ]);
  });

  it("fits a bucket's name", () => {
    expect(
      logsBucketNameFor({ account: "111122223333", stack: "s".repeat(20), region: "ap-southeast-1" }).length,
    ).toBeLessThanOrEqual(63);
  });
});
