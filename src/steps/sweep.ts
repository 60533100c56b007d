import type { SweepAnswer } from "../ports/sweep.ts";
import { bucketNameFor, bucketNamesFor } from "./s3/bucket-name.ts";
import { storedData, type StoredData } from "./s3/stored-data.ts";
import type { StepContext } from "./step.ts";

/** The stack in question and the way to it. */
export type AboutStack = Pick<StepContext, "stack" | "account" | "region" | "ports">;

/** Asks every service by the stack's tag, whatever the state says. */
export function sweep(about: AboutStack): Promise<SweepAnswer[]> {
  return about.ports.sweep.ask(about.stack, bucketNamesFor(about));
}

export interface BucketData extends StoredData {
  readonly bucket: string;
}

/** What the stack's bucket holds; undefined when it has none. */
export async function bucketData(about: AboutStack): Promise<BucketData | undefined> {
  const { objectStorage } = about.ports;
  const bucket = bucketNameFor(about);
  if (!(await objectStorage.ownsBucket(about.stack, bucket))) return undefined;
  return { bucket, ...(await storedData(objectStorage, bucket)) };
}
