import {
  GetBucketLifecycleConfiguration$,
  type GetBucketLifecycleConfigurationCommandInput,
  type GetBucketLifecycleConfigurationCommandOutput,
} from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getBucketLifecycleConfiguration = action(
  GetBucketLifecycleConfiguration$,
  (input: GetBucketLifecycleConfigurationCommandInput, ctx) => {
    const bucket = openBucket(ctx, input, { permission: "GetLifecycleConfiguration" });
    const { lifecycle, name } = bucket.config;
    if (!lifecycle)
      throw new AwsError("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404, {
        BucketName: name,
      });
    return { Rules: [...lifecycle] } satisfies Partial<ActionOutput<GetBucketLifecycleConfigurationCommandOutput>>;
  },
);
