import { Lecture05Error } from "../../errors.ts";
import type { ResourceIdentity } from "../../ports/identity.ts";
import { untranslated, type LocalizedText } from "../../text.ts";
import type { Clients } from "../clients.ts";
import { stackTag, tagList } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";
import { bucketRequest } from "./settings.ts";

export interface BucketContext {
  readonly clients: Pick<Clients, "s3">;
  readonly region: string;
  readonly account: string;
}

/**
 * - `absent`: nobody has it.
 * - `ours`: it carries the stack's tag.
 * - `unfinished`: in our account, without any tag and empty: made by a run that was killed before it was tagged.
 */
export type BucketState = "absent" | "ours" | "unfinished";

/** Bucket names are shared by all of AWS: throws BUCKET_NAME_TAKEN for one that is not this stack's. */
export async function stateOfBucket(context: BucketContext, stack: string, name: string): Promise<BucketState> {
  const tags = await findTags(context, name);
  if (tags === "absent") return "absent";
  if (tags?.[stackTag] === stack) return "ours";
  if (tags === undefined && (await isEmpty(context, name))) return "unfinished";
  const owner = tags?.[stackTag];
  throw nameTaken(
    name,
    owner === undefined
      ? { en: "it has no tag of lecture05", ja: "lecture05 のタグがありません" }
      : { en: `it belongs to the stack ${owner}`, ja: `スタック ${owner} のバケットです` },
  );
}

/** Like the above, but a bucket that is not ours is no error: it is left alone. */
export async function ownsBucket(context: BucketContext, stack: string, name: string): Promise<boolean> {
  try {
    const tags = await findTags(context, name);
    return tags !== "absent" && tags?.[stackTag] === stack;
  } catch (error) {
    if (!(error instanceof Lecture05Error)) throw error;
    // Refused: by another account's bucket, which is none of ours, or by a policy on one of this account.
    if (isAwsError(error.detail.cause, "AccessDenied") && (await isOfAccount(context, name)))
      throw unreadable(name, error);
    return false;
  }
}

async function isOfAccount({ clients }: BucketContext, name: string): Promise<boolean> {
  const { ListBucketsCommand } = await import("@aws-sdk/client-s3");
  const { Buckets = [] } = await (await clients.s3()).send(new ListBucketsCommand({ Prefix: name }));
  return Buckets.some(({ Name }) => Name === name);
}

/** Makes the bucket with its tags in one call, or takes over what an earlier run of this stack made. */
export async function ensureBucket(context: BucketContext, identity: ResourceIdentity, name: string): Promise<void> {
  const { CreateBucketCommand, PutBucketTaggingCommand } = await import("@aws-sdk/client-s3");
  const s3 = await context.clients.s3();
  try {
    await s3.send(new CreateBucketCommand(bucketRequest(identity, name, context.region)));
    // us-east-1 answers success also for a bucket that was there before, and leaves its tags as they were.
    if (context.region !== "us-east-1") return;
  } catch (error) {
    if (isAwsError(error, "BucketAlreadyExists")) {
      throw nameTaken(name, { en: "another account owns it", ja: "別の AWS アカウントが所有しています" }, error);
    }
    if (!isAwsError(error, "BucketAlreadyOwnedByYou")) throw error;
  }
  if ((await stateOfBucket(context, identity.stack, name)) === "unfinished") {
    await s3.send(new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet: tagList(identity) } }));
  }
}

/** Undefined when the bucket has no tags at all. */
async function findTags(
  { clients, account }: BucketContext,
  name: string,
): Promise<Readonly<Record<string, string>> | "absent" | undefined> {
  const { GetBucketTaggingCommand } = await import("@aws-sdk/client-s3");
  const command = new GetBucketTaggingCommand({ Bucket: name, ExpectedBucketOwner: account });
  try {
    const { TagSet = [] } = await (await clients.s3()).send(command);
    return Object.fromEntries(TagSet.map(({ Key = "", Value = "" }) => [Key, Value]));
  } catch (error) {
    if (isAwsError(error, "NoSuchBucket")) return "absent";
    if (isAwsError(error, "NoSuchTagSet")) return undefined;
    if (isAwsError(error, "AccessDenied")) {
      throw nameTaken(name, { en: "AWS denies access to it", ja: "アクセスが拒否されました" }, error);
    }
    if (isAwsError(error, "PermanentRedirect")) {
      throw nameTaken(name, { en: "it is in another region", ja: "別のリージョンにあります" }, error);
    }
    throw error;
  }
}

async function isEmpty({ clients }: BucketContext, name: string): Promise<boolean> {
  const { ListObjectVersionsCommand } = await import("@aws-sdk/client-s3");
  const page = await (await clients.s3()).send(new ListObjectVersionsCommand({ Bucket: name, MaxKeys: 1 }));
  return (page.Versions ?? []).length === 0 && (page.DeleteMarkers ?? []).length === 0;
}

function unreadable(name: string, cause: unknown): Lecture05Error {
  const why = "s3:GetBucketTagging: AccessDenied";
  return new Lecture05Error("ACCESS_DENIED", {
    what: {
      en: `It cannot be told whether the bucket ${name} is this stack's: its tags may not be read`,
      ja: `バケット ${name} のタグを読めないため、このスタックのものか判断できません`,
    },
    why: untranslated(why),
    next: [
      {
        en: "Look for a bucket policy that denies it, then run the command again",
        ja: "これを拒否するバケットポリシーがないか確認し、もう一度実行してください",
      },
    ],
    cause,
  });
}

function nameTaken(name: string, why: LocalizedText, cause?: unknown): Lecture05Error {
  return new Lecture05Error("BUCKET_NAME_TAKEN", {
    what: {
      en: `The bucket name ${name} is taken by something that is not this stack's`,
      ja: `バケット名 ${name} は、このスタックのものではないバケットに使われています`,
    },
    why,
    next: [
      {
        en: "Choose another stack name: lecture05 up --stack NAME",
        ja: "別のスタック名を指定する: lecture05 up --stack NAME",
      },
      {
        en: "If the bucket is yours, check that you may read its tags (s3:GetBucketTagging)",
        ja: "自分のバケットであれば、タグを読む権限 (s3:GetBucketTagging) を確認する",
      },
    ],
    cause,
  });
}
