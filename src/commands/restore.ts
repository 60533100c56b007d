import type { Session } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import type { ObjectStorage } from "../ports/object-storage.ts";
import type { Manifest, TableFacts } from "../steps/backup/manifest.ts";
import type { BackupOperations } from "../steps/backup/operations.ts";
import { shown } from "../text.ts";
import { backupBucketOf, exitCodeOf, namedBucket } from "./backup/bucket.ts";
import type { Command, Invocation } from "./command.ts";
import { confirm } from "./confirm.ts";
import { requireState } from "./require-state.ts";
import { reach, withSession } from "./stack-session.ts";

/** Brings the rows and pictures of a backup into this stack, which stands already, and compares both. */
export const restore: Command = async (invocation) => {
  const from = wantedTime(invocation.options.from);
  namedBucket(invocation);
  const { steps } = requireState(invocation.preferences);
  // Asked of the state, so that nothing is reached for a stack that is not there yet.
  if (steps.find(({ name }) => name === "s3")?.output === undefined) throw notThere();
  return reach(
    invocation,
    (reached) =>
      withSession(invocation, reached, true, async (session) => {
        const ctx = contextOf(session);
        const backups = await (await invocation.services()).backups();
        const bucket = await backupBucketOf(invocation, reached);
        const manifest = await findBackup(backups, ctx.ports.objectStorage, { bucket, from });
        session.workLog.currentStep = "backup";
        const present = await backups.rowsNow(ctx);
        const overwrite = backups.rowsOf({ tables: present }) > 0;
        const isThere = backups.tablesText(present) === backups.tablesText(manifest.tables);
        const rows = backups.rowsOf(manifest);
        if (overwrite && !isThere) await confirmOverwrite(invocation, { manifest, rows, present });
        const checks = await backups.restoreInto(ctx, { bucket, manifest, overwrite });
        for (const check of checks) session.sink({ type: "check", step: "backup", check });
        await tell(invocation, { bucket, manifest, rows, ok: exitCodeOf(checks) === 0 });
        return exitCodeOf(checks);
      }),
    { needsStack: true },
  );
};

const notThere = (): Lecture05Error =>
  new Lecture05Error("STEP_REQUIREMENT_MISSING", {
    what: {
      en: "A backup is restored into a stack that stands, and this one does not yet",
      ja: "復元先のスタックがまだ完成していません",
    },
    why: { en: "Not done yet: s3", ja: "まだ完了していません: s3" },
    next: ["lecture05 up", "lecture05 restore"],
  });

function contextOf(session: Session) {
  const step = session.steps.find(({ name }) => name === "backup");
  if (!step) throw new Error("no step backup");
  return session.contextFor(step);
}

/** "latest", the time of a backup, or a moment: then the last backup before it. */
function wantedTime(said: unknown): string {
  if (said === undefined) return "latest";
  const text = typeof said === "string" ? said : "";
  const isMoment = /^\d{4}-\d\d-\d\d(?:T\d\d[:-]\d\d(?:[:-]\d\d)?Z?)?$/.test(text);
  // "03-04-05" as keys have it, and "03:04:05" as people write it, are the same time.
  const [day = "", time] = text.split("T");
  const moment = time === undefined ? day : `${day}T${time.replaceAll("-", ":").replace("Z", "")}Z`;
  if (text === "latest") return text;
  if (isMoment && !Number.isNaN(Date.parse(moment))) return time === undefined ? `${day}T23:59:59Z` : moment;
  throw new Lecture05Error("USAGE", {
    what: { en: `--from cannot be "${shown(text)}"`, ja: `--from に "${shown(text)}" は指定できません` },
    why: {
      en: "It takes latest, a day (2026-01-31) or a time in UTC (2026-01-31T04:05:06Z): the last backup until then",
      ja: "latest、日付 (2026-01-31)、または UTC の時刻 (2026-01-31T04:05:06Z) を指定してください。その時点までの最後のバックアップを使います",
    },
    next: ["lecture05 backup", "lecture05 restore --from latest"],
  });
}

async function findBackup(
  backups: Pick<BackupOperations, "backupIds" | "chooseBackup" | "readManifest">,
  storage: ObjectStorage,
  { bucket, from }: { readonly bucket: string; readonly from: string },
): Promise<Manifest> {
  const ids = await backups.backupIds(storage, bucket);
  const id = backups.chooseBackup(ids, from);
  const manifest = id === undefined ? undefined : await backups.readManifest(storage, bucket, id);
  if (manifest) return manifest;
  const oldest = ids.at(-1);
  throw new Lecture05Error("BACKUP_MISSING", {
    what: { en: `There is no such backup in ${bucket}`, ja: `${bucket} に該当するバックアップがありません` },
    why:
      oldest === undefined
        ? { en: "The bucket holds no backup, or is not there", ja: "バックアップがないか、バケットが存在しません" }
        : { en: `The oldest is ${shown(oldest)}`, ja: `最も古いもの: ${shown(oldest)}` },
    next: [
      "lecture05 backup",
      {
        en: "For the backups of another stack: lecture05 restore --bucket NAME",
        ja: "別のスタックのバックアップを使う場合: lecture05 restore --bucket 名前",
      },
    ],
  });
}

/** Said also to whoever gave --yes: rows go for good. */
async function confirmOverwrite(
  invocation: Invocation,
  {
    manifest,
    rows,
    present,
  }: { readonly manifest: Manifest; readonly rows: number; readonly present: readonly TableFacts[] },
): Promise<void> {
  const filled = present.filter((table) => table.rows > 0);
  const list = filled.map(({ name, rows: count }) => `${shown(name)} ${count}`).join(", ");
  const about = {
    en: `The database holds rows of its own (${list}). All of them are replaced by those of ${manifest.takenAt} (${rows} rows).`,
    ja: `データベースにはすでに行があります (${list})。すべて ${manifest.takenAt} のバックアップ (${rows} 行) に置き換わります。`,
  };
  if (invocation.preferences.yes) (await invocation.reporter()).note(about);
  await confirm(invocation, { about });
}

async function tell(
  invocation: Invocation,
  {
    bucket,
    manifest,
    rows,
    ok,
  }: { readonly bucket: string; readonly manifest: Manifest; readonly rows: number; readonly ok: boolean },
): Promise<void> {
  (await invocation.reporter()).pause();
  const { id, takenAt, objects } = manifest;
  if (invocation.json) {
    const facts = { rows, objects: objects.count };
    return invocation.print(JSON.stringify({ type: "restore", id, takenAt, bucket, ...facts, ok }));
  }
  invocation.print(
    invocation.text(
      ok
        ? {
            en: `Restored: ${rows} rows and ${objects.count} pictures of ${takenAt}`,
            ja: `復元しました: ${takenAt} の ${rows} 行と画像 ${objects.count} 個`,
          }
        : {
            en: `What was restored is not what was backed up on ${takenAt}`,
            ja: `復元した内容が ${takenAt} のバックアップと一致しません`,
          },
    ),
  );
}
