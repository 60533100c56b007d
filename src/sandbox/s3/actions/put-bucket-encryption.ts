import { PutBucketEncryption$, type PutBucketEncryptionCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { malformedXml } from "../errors.ts";

export const putBucketEncryption = action(PutBucketEncryption$, async (input: PutBucketEncryptionCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "PutEncryptionConfiguration" });
  const rules = input.ServerSideEncryptionConfiguration?.Rules;
  if (rules?.length !== 1 || !rules[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm) throw malformedXml();
  await bucket.configure({ encryption: rules });
  return {};
});
