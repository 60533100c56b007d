import type { Tag } from "@aws-sdk/client-rds";
import type { World } from "../world.ts";
import { databaseNotFound, invalidValue, snapshotNotFound, subnetGroupNotFound } from "./errors.ts";
import type { RdsData } from "./records.ts";

const mostTags = 50;

/** What is wrong with tags, before a resource is made that would carry them. */
export function checkTags(tags: readonly Tag[] | undefined, present: Readonly<Record<string, string>> = {}): void {
  const keys = (tags ?? []).map(({ Key = "" }) => Key);
  for (const { Key = "", Value = "" } of tags ?? []) {
    if (Key.length < 1 || Key.length > 128 || /^(aws|rds):/.test(Key) || Value.length > 256) {
      throw invalidValue(`The tag '${Key}' is not valid`);
    }
  }
  if (new Set(keys).size !== keys.length) throw invalidValue("Duplicate tag keys are not allowed");
  if (new Set([...keys, ...Object.keys(present)]).size > mostTags) {
    throw invalidValue(`A resource cannot have more than ${mostTags} tags`);
  }
}

/** Adds or replaces; checked before. */
export function putTags(data: RdsData, arn: string, tags: readonly Tag[] | undefined): void {
  if (!tags?.length) return;
  const present = (data.tags[arn] ??= {});
  for (const { Key = "", Value = "" } of tags) present[Key] = Value;
}

export const tagList = (data: RdsData, arn: string): { Key: string; Value: string }[] =>
  Object.entries(data.tags[arn] ?? {}).map(([Key, Value]) => ({ Key, Value }));

/** Throws unless the ARN is that of a resource that is there. */
export function checkResource({ rds: { data } }: World, arn: string | undefined): string {
  const [, kind = "", name = ""] = /^arn:aws:rds:[^:]+:\d+:(db|subgrp|snapshot):(.+)$/.exec(arn ?? "") ?? [];
  const all = { db: data.databases, subgrp: data.subnetGroups, snapshot: data.snapshots }[kind];
  if (arn === undefined || !all) throw invalidValue(`Invalid resource name: ${arn ?? ""}`);
  if (Object.values(all).some((it) => it.arn === arn)) return arn;
  throw { db: databaseNotFound, subgrp: subnetGroupNotFound, snapshot: snapshotNotFound }[kind as "db"](name);
}
