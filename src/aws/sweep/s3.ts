import type { S3Client } from "@aws-sdk/client-s3";
import type { SweepAnswer } from "../../ports/sweep.ts";
import type { Clients } from "../clients.ts";
import { stackTag } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";
import { everyPage, foundAs, noteRefusal, question, type Note } from "./question.ts";

interface Subject {
  readonly stack: string;
  readonly region: string;
  /** The names that the stack's buckets have when there are any: of its own, and of the access logs'. */
  readonly buckets: readonly string[];
}

/** So many buckets' tags are read at once. */
const width = 8;

export async function askS3(clients: Pick<Clients, "s3">, subject: Subject): Promise<SweepAnswer[]> {
  const s3 = await clients.s3();
  const buckets = await question("s3", "buckets", async (note) =>
    (await taggedBuckets(s3, note, subject)).map(foundAs("s3:bucket")),
  );
  const logs = await question("s3", "log-files", async (note) => {
    const ours = buckets.found.map(({ id }) => id);
    const [bucket] = subject.buckets;
    if (bucket !== undefined && !ours.includes(bucket)) await askForLogs(s3, note, bucket);
    const left: string[] = [];
    for (const name of ours) if (await askForLogs(s3, note, name)) left.push(`${name}/logs/`);
    return left.map(foundAs("s3:log-files"));
  });
  return [buckets, logs];
}

async function taggedBuckets(s3: S3Client, note: Note, { stack, region, buckets }: Subject): Promise<string[]> {
  const { paginateListBuckets } = await import("@aws-sdk/client-s3");
  const pages = paginateListBuckets({ client: s3 }, { BucketRegion: region });
  const names = (await everyPage(note, "ListBuckets", pages, (page) => page.Buckets)).map(({ Name = "" }) => Name);
  const ours: string[] = [];
  for (let start = 0; start < names.length; start += width) {
    const batch = names.slice(start, start + width);
    const owners = await Promise.all(batch.map((name) => ownerOf(s3, note, name, buckets.includes(name))));
    ours.push(...batch.filter((_, index) => owners[index] === stack));
  }
  return ours;
}

/** The stack that a bucket says it is of. One that may not be looked at is somebody else's, unless it has our name. */
async function ownerOf(s3: S3Client, note: Note, name: string, mustKnow: boolean): Promise<string | undefined> {
  const { GetBucketTaggingCommand } = await import("@aws-sdk/client-s3");
  try {
    const { TagSet = [] } = note("GetBucketTagging", await s3.send(new GetBucketTaggingCommand({ Bucket: name })));
    return TagSet.find(({ Key }) => Key === stackTag)?.Value;
  } catch (error) {
    const nothing = isAwsError(error, "NoSuchTagSet", "NoSuchBucket");
    if (!nothing && (mustKnow || !isAwsError(error, "AccessDenied"))) throw error;
    noteRefusal(note, "GetBucketTagging", error);
    return undefined;
  }
}

/** Whether log files are there, older versions included. */
async function askForLogs(s3: S3Client, note: Note, name: string): Promise<boolean> {
  const { ListObjectVersionsCommand } = await import("@aws-sdk/client-s3");
  const command = new ListObjectVersionsCommand({ Bucket: name, Prefix: "logs/", MaxKeys: 1 });
  try {
    const page = note("ListObjectVersions", await s3.send(command));
    return (page.Versions ?? []).length + (page.DeleteMarkers ?? []).length > 0;
  } catch (error) {
    // The proof that is hoped for; or a bucket of that name that is somebody else's.
    if (!isAwsError(error, "NoSuchBucket", "AccessDenied", "PermanentRedirect")) throw error;
    noteRefusal(note, "ListObjectVersions", error);
    return false;
  }
}
