import { DescribeVpcs$, RunInstances$, type RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { CreateLoadBalancer$ } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  GetBucketLocation$,
  GetObject$,
  HeadObject$,
  ListBuckets$,
  PutObject$,
  type GetObjectCommandInput,
  type HeadObjectCommandInput,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { GetParameter$, SendCommand$, type GetParameterCommandInput } from "@aws-sdk/client-ssm";
import type { Readable } from "node:stream";
import { action, AwsError, type ServiceDefinition } from "../../../src/sandbox/wire/action.ts";
import { trailersOf } from "../../../src/sandbox/wire/chunked.ts";

/** Small services of every protocol, to test the wire alone. */
export const ec2: ServiceDefinition = {
  signingName: "ec2",
  protocol: "ec2Query",
  version: "2016-11-15",
  xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
  actions: [
    action(DescribeVpcs$, () => ({ Vpcs: [{ VpcId: "vpc-1", Tags: [{ Key: "a", Value: "<b> & 'c'" }] }] })),
    action(RunInstances$, (input: RunInstancesCommandInput) => {
      if (input.ImageId === "crash") throw new TypeError("the handler broke");
      throw new AwsError("InvalidAMIID.NotFound", `The image id '[${input.ImageId}]' does not exist`);
    }),
  ],
};

export const elbv2: ServiceDefinition = {
  signingName: "elasticloadbalancing",
  protocol: "awsQuery",
  version: "2015-12-01",
  xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  actions: [
    action(CreateLoadBalancer$, () => {
      throw new AwsError("DuplicateLoadBalancerName", "it is there");
    }),
  ],
};

export const ssm: ServiceDefinition = {
  signingName: "ssm",
  protocol: "awsJson1_1",
  version: "2014-11-06",
  xmlNamespace: "",
  target: "AmazonSSM",
  actions: [
    action(GetParameter$, (input: GetParameterCommandInput) => {
      if (input.Name !== "/known") throw new AwsError("ParameterNotFound", "no such parameter");
      return { Parameter: { Name: input.Name, Value: "値", LastModifiedDate: new Date(1_700_000_000_000) } };
    }),
    action(SendCommand$, () => ({ Command: { CommandId: "c-1" } })),
  ],
};

export interface Received {
  body: Buffer;
  trailers: Readonly<Record<string, string>>;
  input: PutObjectCommandInput;
}

/** An S3 that keeps objects in memory. */
export function memoryS3(objects: Map<string, Received>): ServiceDefinition {
  const find = (input: { Bucket: string | undefined; Key: string | undefined }): Received => {
    const found = objects.get(`${input.Bucket}/${input.Key}`);
    if (!found) throw new AwsError("NoSuchKey", "The specified key does not exist.", 404, { Key: input.Key });
    return found;
  };
  return {
    signingName: "s3",
    protocol: "restXml",
    version: "2006-03-01",
    xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/",
    actions: [
      action(ListBuckets$, () => ({ Buckets: [{ Name: "b" }] })),
      action(GetBucketLocation$, () => ({ LocationConstraint: "ap-northeast-1" as const })),
      action(PutObject$, async (input: PutObjectCommandInput) => {
        const stream = input.Body as Readable;
        const parts: Buffer[] = [];
        for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
        objects.set(`${input.Bucket}/${input.Key}`, {
          body: Buffer.concat(parts),
          trailers: trailersOf(stream),
          input,
        });
        return { ETag: '"e"' };
      }),
      action(GetObject$, (input: GetObjectCommandInput, ctx) => {
        const { body } = find(input);
        if (input.Range === undefined) return { Body: body, ContentLength: body.length, ETag: '"e"' };
        ctx.setStatus(206);
        return { Body: body.subarray(0, 1), ContentRange: `bytes 0-0/${body.length}` };
      }),
      action(HeadObject$, (input: HeadObjectCommandInput) => ({
        ContentLength: find(input).body.length,
        Metadata: { a: "b" },
      })),
    ],
  };
}
