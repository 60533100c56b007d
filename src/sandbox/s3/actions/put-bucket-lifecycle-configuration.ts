import { randomUUID } from "node:crypto";
import { PutBucketLifecycleConfiguration$, type PutBucketLifecycleConfigurationCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { malformedXml } from "../errors.ts";

export const putBucketLifecycleConfiguration = action(
  PutBucketLifecycleConfiguration$,
  async (input: PutBucketLifecycleConfigurationCommandInput, ctx) => {
    const bucket = openBucket(ctx, input, { permission: "PutLifecycleConfiguration" });
    const rules = input.LifecycleConfiguration?.Rules;
    if (!rules || rules.length === 0 || rules.length > 1000) throw malformedXml();
    const lifecycle = rules.map((rule) => ({ ...rule, ID: rule.ID ?? randomUUID() }));
    await bucket.configure({ lifecycle });
    return {};
  },
);
