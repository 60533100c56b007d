import {
  GetBucketEncryption$,
  type GetBucketEncryptionCommandInput,
  type GetBucketEncryptionCommandOutput,
} from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getBucketEncryption = action(GetBucketEncryption$, (input: GetBucketEncryptionCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "GetEncryptionConfiguration" });
  const { encryption, name } = bucket.config;
  if (!encryption)
    throw new AwsError(
      "ServerSideEncryptionConfigurationNotFoundError",
      "The server side encryption configuration was not found",
      404,
      { BucketName: name },
    );
  return { ServerSideEncryptionConfiguration: { Rules: [...encryption] } } satisfies Partial<
    ActionOutput<GetBucketEncryptionCommandOutput>
  >;
});
