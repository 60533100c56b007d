import { missingRequirement, type Session } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import { sizeText } from "../records/size-text.ts";
import { table } from "../reporter/width.ts";
import type { Manifest } from "../steps/backup/manifest.ts";
import type { BackupOperations } from "../steps/backup/operations.ts";
import { harmless, shown } from "../text.ts";
import { backupBucketOf, exitCodeOf, namedBucket } from "./backup/bucket.ts";
import type { Command, Invocation } from "./command.ts";
import { requireState } from "./require-state.ts";
import { reach, withSession, type Reached } from "./stack-session.ts";

/** Lists the backups, or takes one. */
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
    const manifests: Manifest[] = [];
    for (const id of await backups.backupIds(objectStorage, bucket)) {
      const manifest = await backups.readManifest(objectStorage, bucket, id);
      if (manifest) manifests.push(manifest);
    }
    (await invocation.reporter()).pause();
    show(invocation, { reached, bucket, manifests, backups });
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
        await backups.takeBackupNow(ctx);
        const taken = await backups.newestManifest(ctx.ports.objectStorage, bucket);
        const checks = taken ? await backups.checkContents(ctx, bucket, taken) : [];
        for (const check of checks) session.sink({ type: "check", step: "backup", check });
        (await invocation.reporter()).pause();
        if (!taken) return 1;
        show(invocation, { reached, bucket, manifests: [taken], backups });
        return exitCodeOf(checks);
      }),
    { needsStack: true },
  );
}

function contextOf(session: Session) {
  const step = session.steps.find(({ name }) => name === "backup");
  if (!step || !session.isApplied(step)) return missingRequirement("backup", ["backup"]);
  return session.contextFor(step);
}

interface Shown {
  readonly reached: Reached;
  readonly bucket: string;
  readonly manifests: readonly Manifest[];
  readonly backups: Pick<BackupOperations, "rowsOf" | "sizeOf">;
}

function show(invocation: Invocation, about: Shown): void {
  const { bucket, manifests, backups } = about;
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
}

function lines(invocation: Invocation, { reached: { target }, bucket, manifests, backups }: Shown): readonly string[] {
  const label = target === "sandbox" ? "[sandbox] " : "";
  if (manifests.length === 0) {
    return [
      label +
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
  return [`${label}s3://${bucket}`, ...table(rows).map((line) => `  ${line}`)];
}
