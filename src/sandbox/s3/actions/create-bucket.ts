import { CreateBucket$, type CreateBucketCommandInput, type CreateBucketCommandOutput } from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { demandOfAccount } from "../access.ts";
import { bucketArn } from "../arn.ts";
import { checkBucketName } from "../bucket-name.ts";
import { checkTags } from "../tags.ts";

export const createBucket = action(CreateBucket$, async (input: CreateBucketCommandInput, ctx) => {
  const name = input.Bucket ?? "";
  checkBucketName(name);
  const arn = bucketArn(name, ctx.region);
  demandOfAccount(ctx, "CreateBucket", arn);
  const region = regionFor(input.CreateBucketConfiguration?.LocationConstraint, ctx.region);
  const tags = checkTags(input.CreateBucketConfiguration?.Tags ?? [], "bucket");
  if (tags.length > 0) demandOfAccount(ctx, "TagResource", arn);
  const { bucket, created } = await ctx.world.s3.create(name, region, {
    ...(tags.length > 0 ? { tags } : {}),
    ...(input.ObjectOwnership ? { ownership: [{ ObjectOwnership: input.ObjectOwnership }] } : {}),
  });
  // us-east-1 keeps its old habit: creating a bucket of one's own again is a success there.
  if (!created && !(ctx.region === "us-east-1" && bucket.config.region === "us-east-1")) {
    const message = "Your previous request to create the named bucket succeeded and you already own it.";
    throw new AwsError("BucketAlreadyOwnedByYou", message, 409, { BucketName: name });
  }
  return { Location: `/${name}`, BucketArn: arn } satisfies ActionOutput<CreateBucketCommandOutput>;
});

/** A bucket is made in the region that the request was signed for; only us-east-1 makes them anywhere. */
function regionFor(constraint: string | undefined, region: string): string {
  if (constraint === undefined || constraint === "") {
    if (region === "us-east-1") return region;
    throw new AwsError(
      "IllegalLocationConstraintException",
      "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.",
      400,
    );
  }
  const wanted = constraint === "EU" ? "eu-west-1" : constraint;
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(wanted) || wanted === "us-east-1") {
    throw new AwsError("InvalidLocationConstraint", "The specified location-constraint is not valid", 400, {
      LocationConstraint: constraint,
    });
  }
  if (region === "us-east-1" || region === wanted) return wanted;
  throw new AwsError(
    "IllegalLocationConstraintException",
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    400,
  );
}
