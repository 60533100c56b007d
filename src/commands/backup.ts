import { missingRequirement, type Session } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import type { Image } from "../ports/images.ts";
import { sizeText } from "../records/size-text.ts";
import { table } from "../reporter/width.ts";
import type { Manifest } from "../steps/backup/manifest.ts";
import type { BackupOperations } from "../steps/backup/operations.ts";
import { harmless, shown } from "../text.ts";
import { backupBucketOf, exitCodeOf, namedBucket } from "./backup/bucket.ts";
import type { Command, Invocation } from "./command.ts";
import { requireState } from "./require-state.ts";
import { reach, withSession, type Reached } from "./stack-session.ts";

/** Lists the backups and the images of the host, or makes them. */
export const backup: Command = async (invocation) => {
  const [what] = invocation.args;
  namedBucket(invocation);
  if (what === undefined) return list(invocation);
  if (what === "now") return takeNow(invocation);
  throw new Lecture05Error("USAGE", {
    what: { en: `There is no "backup ${shown(what)}"`, ja: `"backup ${shown(what)}" というコマンドはありません` },
    next: ["lecture05 backup", "lecture05 backup now"],
  });
};

/** Also of a stack that is gone, as long as its backups are there. */
const list = async (invocation: Invocation): Promise<number> =>
  reach(invocation, async (reached) => {
    const { objectStorage } = reached.connection.ports;
    const backups = await (await invocation.services()).backups();
    const bucket = await backupBucketOf(invocation, reached);
    // Of another stack's bucket nobody asks for the images.
    const images = namedBucket(invocation) === undefined ? await backups.hostImages(imagesOf(reached)) : [];
    const manifests: Manifest[] = [];
    for (const id of await backups.backupIds(objectStorage, bucket)) {
      const manifest = await backups.readManifest(objectStorage, bucket, id);
      if (manifest) manifests.push(manifest);
    }
    (await invocation.reporter()).pause();
    show(invocation, { reached, bucket, manifests, images, backups });
    return 0;
  });

async function takeNow(invocation: Invocation): Promise<number> {
  requireState(invocation.preferences);
  return reach(
    invocation,
    (reached) =>
      withSession(invocation, reached, true, async (session) => {
        const ctx = contextOf(session);
        const backups = await (await invocation.services()).backups();
        const bucket = backups.backupBucketNameFor(ctx);
        session.workLog.currentStep = "backup";
        const begun = await backups.beginHostImage(ctx);
        await backups.takeBackupNow(ctx);
        const taken = await backups.newestManifest(ctx.ports.objectStorage, bucket);
        await backups.keepHostImage(ctx, begun);
        const checks = [
          ...(taken ? await backups.checkContents(ctx, bucket, taken) : []),
          await backups.checkHostImage(ctx),
        ];
        for (const check of checks) session.sink({ type: "check", step: "backup", check });
        (await invocation.reporter()).pause();
        if (!taken) return 1;
        const images = (await backups.hostImages(ctx)).filter(({ id }) => id === begun.id);
        show(invocation, { reached, bucket, manifests: [taken], images, backups });
        return exitCodeOf(checks);
      }),
    { needsStack: true },
  );
}

const imagesOf = ({ stack, connection }: Reached) => ({ stack, ports: connection.ports });

function contextOf(session: Session) {
  const step = session.steps.find(({ name }) => name === "backup");
  if (!step || !session.isApplied(step)) return missingRequirement("backup", ["backup"]);
  return session.contextFor(step);
}

interface Shown {
  readonly reached: Reached;
  readonly bucket: string;
  readonly manifests: readonly Manifest[];
  readonly images: readonly Image[];
  readonly backups: Pick<BackupOperations, "rowsOf" | "sizeOf">;
}

function show(invocation: Invocation, about: Shown): void {
  const { bucket, manifests, images, backups } = about;
  if (!invocation.json) return invocation.print(...lines(invocation, about));
  for (const manifest of manifests) {
    const { id, takenAt, database, objects } = manifest;
    const event = {
      type: "backup",
      id,
      takenAt,
      rows: backups.rowsOf(manifest),
      objects: objects.count,
      missing: objects.missing,
      sizeBytes: backups.sizeOf(manifest),
      database,
      bucket,
    };
    invocation.print(JSON.stringify(event));
  }
  for (const { id, createdAt, state, sizeGib, encrypted, snapshotIds } of images) {
    const known = { sizeGib: sizeGib ?? null, encrypted: encrypted ?? null };
    const event = { type: "image", id, createdAt: wholeSeconds(createdAt), state, ...known, snapshots: snapshotIds };
    invocation.print(JSON.stringify(event));
  }
}

function lines(invocation: Invocation, about: Shown): readonly string[] {
  const { target } = about.reached;
  const [first = "", ...others] = [...bucketLines(invocation, about), ...imageLines(invocation, about)];
  return [`${target === "sandbox" ? "[sandbox] " : ""}${first}`, ...others];
}

function bucketLines(invocation: Invocation, { bucket, manifests, backups }: Shown): readonly string[] {
  if (manifests.length === 0) {
    return [
      invocation.text({
        en: `There is no backup in ${bucket}; lecture05 up --to backup makes one every day`,
        ja: `${bucket} にバックアップはありません。lecture05 up --to backup で毎日作成します`,
      }),
    ];
  }
  const rows = manifests.map((manifest) => {
    const rowCount = backups.rowsOf(manifest);
    const { count, missing } = manifest.objects;
    const notThere = {
      en: `${missing} more were not in the bucket`,
      ja: `バケットにない画像: ${missing} 個`,
    };
    return [
      manifest.takenAt,
      invocation.text({ en: `${rowCount} rows`, ja: `${rowCount} 行` }),
      invocation.text({ en: `${count} pictures`, ja: `画像 ${count} 個` }),
      sizeText(backups.sizeOf(manifest)),
      harmless(manifest.database),
      ...(missing === 0 ? [] : [invocation.text(notThere)]),
    ];
  });
  return [`s3://${bucket}`, ...table(rows).map((line) => `  ${line}`)];
}

function imageLines(invocation: Invocation, { images }: Pick<Shown, "images">): readonly string[] {
  if (images.length === 0) return [];
  const rows = images.map(({ id, createdAt, state, sizeGib, snapshotIds }) => [
    wholeSeconds(createdAt),
    id,
    snapshotIds.join(" "),
    sizeGib === undefined ? "" : `${sizeGib} GiB`,
    invocation.text(state === "available" ? { en: "available", ja: "利用可能" } : { en: "being made", ja: "作成中" }),
  ]);
  return [
    invocation.text({ en: "Images of the host", ja: "ホストのイメージ (AMI)" }),
    ...table(rows).map((line) => `  ${line}`),
  ];
}

/** As a backup's time is written. */
const wholeSeconds = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, "Z");
