import { ListObjects$, type ListObjectsCommandInput, type ListObjectsCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { listLatest } from "../list-latest.ts";

export const listObjects = action(ListObjects$, (input: ListObjectsCommandInput, ctx) => {
  const { Prefix = "", Delimiter = "", Marker = "" } = input;
  const context = { "s3:prefix": Prefix, "s3:delimiter": input.Delimiter, "s3:max-keys": input.MaxKeys };
  const bucket = openBucket(ctx, input, { permission: "ListBucket", context });
  const listed = listLatest(ctx, bucket, input, Marker);
  const { encode } = listed;
  return {
    Name: bucket.config.name,
    Prefix: encode(Prefix),
    Marker: encode(Marker),
    Delimiter: Delimiter === "" ? undefined : encode(Delimiter),
    MaxKeys: listed.maxKeys,
    EncodingType: input.EncodingType,
    IsTruncated: listed.isTruncated,
    // Without a delimiter clients go on from the last key.
    NextMarker: listed.isTruncated && Delimiter !== "" ? encode(listed.last) : undefined,
    Contents: listed.contents({ withOwner: true }),
    CommonPrefixes: listed.commonPrefixes,
  } satisfies Partial<ActionOutput<ListObjectsCommandOutput>>;
});
