import { PutBucketCors$, type PutBucketCorsCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { malformedXml } from "../errors.ts";

export const putBucketCors = action(PutBucketCors$, async (input: PutBucketCorsCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "PutBucketCORS" });
  const cors = input.CORSConfiguration?.CORSRules;
  if (!cors || cors.length === 0 || cors.length > 100) throw malformedXml();
  await bucket.configure({ cors });
  return {};
});
