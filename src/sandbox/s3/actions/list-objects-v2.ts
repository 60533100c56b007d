import { ListObjectsV2$, type ListObjectsV2CommandInput, type ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { invalidArgument } from "../errors.ts";
import { listLatest } from "../list-latest.ts";

export const listObjectsV2 = action(ListObjectsV2$, (input: ListObjectsV2CommandInput, ctx) => {
  const { Prefix = "", Delimiter = "", StartAfter = "", ContinuationToken } = input;
  const context = { "s3:prefix": Prefix, "s3:delimiter": input.Delimiter, "s3:max-keys": input.MaxKeys };
  const bucket = openBucket(ctx, input, { permission: "ListBucket", context });
  const after = ContinuationToken === undefined ? StartAfter : placeOf(ContinuationToken);
  const listed = listLatest(ctx, bucket, input, after);
  const { encode } = listed;
  return {
    Name: bucket.config.name,
    Prefix: encode(Prefix),
    StartAfter: input.StartAfter === undefined ? undefined : encode(StartAfter),
    Delimiter: Delimiter === "" ? undefined : encode(Delimiter),
    MaxKeys: listed.maxKeys,
    EncodingType: input.EncodingType,
    KeyCount: listed.count,
    IsTruncated: listed.isTruncated,
    ContinuationToken,
    NextContinuationToken: listed.isTruncated ? tokenOf(listed.last) : undefined,
    Contents: listed.contents({ withOwner: input.FetchOwner === true }),
    CommonPrefixes: listed.commonPrefixes,
  } satisfies Partial<ActionOutput<ListObjectsV2CommandOutput>>;
});

function tokenOf(place: string): string {
  return Buffer.from(`1${place}`).toString("base64url");
}

function placeOf(token: string): string {
  const place = Buffer.from(token, "base64url").toString();
  if (!place.startsWith("1")) {
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  }
  return place.slice(1);
}
