import { GetBucketAcl$, type GetBucketAclCommandInput, type GetBucketAclCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { ownerOf } from "../owner.ts";

export const getBucketAcl = action(GetBucketAcl$, (input: GetBucketAclCommandInput, ctx) => {
  openBucket(ctx, input, { permission: "GetBucketAcl" });
  const Owner = ownerOf(ctx.world.account);
  // ACLs are off in new buckets: what is left says that the owner may do everything.
  return {
    Owner,
    Grants: [{ Grantee: { ...Owner, Type: "CanonicalUser" as const }, Permission: "FULL_CONTROL" as const }],
  } satisfies Partial<ActionOutput<GetBucketAclCommandOutput>>;
});
