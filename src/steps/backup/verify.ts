import type { BucketSettings, ObjectStorage } from "../../ports/object-storage.ts";
import { probeBackup } from "../../remote/probes/backup.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import { probeHosts } from "../host-probes.ts";
import { s3 } from "../s3.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { mayWrite } from "./bucket.ts";
import { openDump, openInventory, type InventoryLine } from "./contents.ts";
import { checkHostImage } from "./host-image.ts";
import { newestManifest, tablesText, type Manifest } from "./manifest.ts";
import { copyPrefix, expiryRules, leftOut, retentionDays, youngHours } from "./settings.ts";

const hourMs = 3_600_000;

export const isYoung = ({ takenAt }: Pick<Manifest, "takenAt">, now: Date): boolean =>
  now.getTime() - Date.parse(takenAt) < youngHours * hourMs;

/** The bucket, the last backup as a restore would open it, that another one will come, and the image of the host. */
export async function verifyBackup(ctx: StepContext, { bucket }: { readonly bucket: string }): Promise<Check[]> {
  const { objectStorage } = ctx.ports;
  const [settings, rules, allowed, newest, timers, image] = await together([
    objectStorage.bucketSettings(bucket),
    objectStorage.findExpiryRules(bucket),
    mayWrite(ctx, bucket),
    newestManifest(objectStorage, bucket),
    probeHosts(ctx, ctx.output(ec2).hosts, probeBackup(), [timerCheck]),
    checkHostImage(ctx),
  ]);
  const days = rules?.currentDays["manifests/"];
  const isKept = rules?.noncurrentDays === expiryRules.noncurrentDays && days === retentionDays;
  return [
    ...checkSettings(settings),
    check(
      "backups-expire",
      { en: "A backup is kept for", ja: "バックアップの保持期間" },
      `${retentionDays} days`,
      isKept ? `${retentionDays} days` : days === undefined ? "for ever" : `${days} days, versions otherwise`,
    ),
    check(
      "backup-right",
      {
        en: "The hosts may write backups, and do nothing else with them",
        ja: "ホストに許可するのはバックアップの書き込みだけ",
      },
      "as it should be",
      allowed ? "as it should be" : "another policy",
    ),
    ...timers,
    ageCheck(newest, ctx.clock.now()),
    ...(newest ? await checkContents(ctx, bucket, newest) : []),
    image,
  ];
}

const timerCheck = {
  name: "backup-timer",
  title: { en: "The timer that takes them is", ja: "バックアップのタイマー" },
  probe: "timer",
  expected: "active",
};

function checkSettings({ publicAccessBlocked, encrypted, versioned }: BucketSettings): Check[] {
  const onOff = (value: boolean): string => (value ? "on" : "off");
  const title = {
    en: "The bucket of the backups is closed, encrypts, keeps versions",
    ja: "バックアップ用バケットの非公開・暗号化・バージョニング",
  };
  return [
    check("backup-bucket", title, "on, on, on", [publicAccessBlocked, encrypted, versioned].map(onOff).join(", ")),
  ];
}

function ageCheck(newest: Manifest | undefined, now: Date): Check {
  const hours = newest ? Math.floor((now.getTime() - Date.parse(newest.takenAt)) / hourMs) : 0;
  const seen = newest ? (isYoung(newest, now) ? `under ${youngHours} hours` : `${hours} hours`) : "no backup";
  return check(
    "backup-young",
    { en: "Age of the last backup", ja: "最新のバックアップの経過時間" },
    `under ${youngHours} hours`,
    seen,
  );
}

/** What a backup is worth: its files open, and hold what the database and the bucket held. */
export async function checkContents(ctx: StepContext, bucket: string, manifest: Manifest): Promise<Check[]> {
  const { objectStorage } = ctx.ports;
  const [tables, inventory] = await together([
    openDump(objectStorage, bucket, manifest),
    openInventory(objectStorage, bucket, manifest),
  ]);
  const lines = typeof inventory === "string" ? [] : inventory;
  const { count } = manifest.objects;
  const [whole, unsaved] = await together([copiesThere(objectStorage, bucket, lines), notSaved(ctx, manifest, lines)]);
  return [
    check(
      "backup-rows",
      { en: "Opened, its dump holds what the database held", ja: "ダンプを開くとデータベースと同じ行がある" },
      tablesText(manifest.tables),
      typeof tables === "string" ? tables : tablesText(tables),
    ),
    check(
      "backup-objects",
      { en: "Each picture of then has its copy", ja: "その時点の画像すべてにコピーがある" },
      `${count} of ${count}`,
      typeof inventory === "string" ? inventory : `${whole} of ${count}`,
    ),
    check(
      "backup-inventory",
      { en: "Pictures older than the backup that are not in it", ja: "バックアップに含まれていない、それ以前の画像" },
      "none",
      unsaved.length === 0 ? "none" : unsaved.slice(0, 3).join(", "),
    ),
  ];
}

/** How many lines of an inventory name a version that is there, as it was written. */
async function copiesThere(
  storage: Pick<ObjectStorage, "eachVersion">,
  bucket: string,
  lines: readonly InventoryLine[],
): Promise<number> {
  const wanted = new Map(lines.map((line) => [`${line.version} ${copyPrefix}${line.key}`, line]));
  let there = 0;
  for await (const { key, versionId, sizeBytes, etag } of storage.eachVersion(bucket, copyPrefix)) {
    const line = wanted.get(`${versionId} ${key}`);
    if (line && line.size === sizeBytes && line.copyEtag === etag) there += 1;
  }
  return there;
}

/** What the bucket holds from before the backup, and the inventory lacks or knows otherwise. */
async function notSaved(ctx: StepContext, manifest: Manifest, lines: readonly InventoryLine[]): Promise<string[]> {
  const known = new Map(lines.map((line) => [line.key, line]));
  const takenAt = Date.parse(manifest.takenAt);
  const missing: string[] = [];
  // S3's times are of whole seconds.
  for await (const { key, etag, modifiedAt } of ctx.ports.objectStorage.eachObject(ctx.output(s3).bucket, "")) {
    const isOlder = modifiedAt !== undefined && modifiedAt.getTime() < takenAt - 1000;
    if (!isOlder || leftOut.some((prefix) => key.startsWith(prefix))) continue;
    if (known.get(key)?.etag !== etag) missing.push(key);
  }
  return missing;
}
