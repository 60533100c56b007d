import type { Found } from "../ports/sweep.ts";
import { sizeText } from "../records/size-text.ts";
import { storageCostPerMonth } from "../records/storage-cost.ts";
import type { DestroyOptions, Kept } from "../steps/step.ts";
import type { BucketData } from "../steps/sweep.ts";
import { shown, type LocalizedText } from "../text.ts";
import type { Invocation } from "./command.ts";
import { confirm } from "./confirm.ts";

interface Destruction {
  readonly stack: string;
  readonly target: "sandbox" | "aws";
  readonly region: string;
  readonly found: readonly Found[];
  readonly data: BucketData | undefined;
  /** Undefined when there are none. */
  readonly backups?: Kept | undefined;
  readonly options: DestroyOptions;
}

/** The one question that covers what lecture05 made and what the application stored. */
export async function confirmDestroy(invocation: Invocation, about: Destruction): Promise<void> {
  const { stack, target, region, found, data, backups, options } = about;
  // Log files are told of with the bucket.
  const count = found.filter(({ type }) => type !== "s3:log-files").length;
  const subject: LocalizedText = {
    en: `Everything of stack ${stack} (${target}, ${region}) is removed: ${count} resources were found.`,
    ja: `スタック ${stack} (${target}、${region}) をすべて削除します。見つかったリソース: ${count} 件`,
  };
  const lines = [
    ...(data ? [bucketLine(data, options)] : []),
    ...(backups ? [backupsLine(backups, target, options)] : []),
    ...found.flatMap(({ type, id }) => (type === "rds:db-instance" ? [databaseLine(id, options)] : [])),
  ];
  await confirm(invocation, {
    // On a real account a slip of the hand is expensive: the name must be typed.
    ...(target === "aws" ? { word: stack } : {}),
    about: {
      en: [subject, ...lines].map(({ en }) => en).join("\n"),
      ja: [subject, ...lines].map(({ ja }) => ja).join("\n"),
    },
  });
  // A yes beforehand is told what it does not cover.
  if (invocation.preferences.yes && backups) (await invocation.reporter()).note(backupsLine(backups, target, options));
}

/** Backups are for when the rest is gone, so they stay by themselves; with what that costs. */
function backupsLine(
  { id, objects, sizeBytes }: Kept,
  target: Destruction["target"],
  { deleteBackups }: DestroyOptions,
): LocalizedText {
  const amount = {
    en: `${objects} objects, ${sizeText(sizeBytes)}`,
    ja: `オブジェクト ${objects} 個、${sizeText(sizeBytes)}`,
  };
  if (deleteBackups === true) {
    return {
      en: `The backups in ${id} (${amount.en}) go as well: nothing can be restored after that.`,
      ja: `${id} のバックアップ (${amount.ja}) も削除します。以後は復元できません。`,
    };
  }
  const cost = target === "sandbox" ? "$0" : `$${storageCostPerMonth(sizeBytes).toFixed(2)}`;
  return {
    en: `The backups in ${id} (${amount.en}) stay, for about ${cost} a month; lecture05 restore brings them back. To delete them as well: --backups delete`,
    ja: `${id} のバックアップ (${amount.ja}) は残します (月額 約 ${cost})。lecture05 restore で復元できます。削除する場合: --backups delete`,
  };
}

/** Never silent about the rows: with or without a last snapshot. */
function databaseLine(id: string, { finalSnapshot }: DestroyOptions): LocalizedText {
  return finalSnapshot === undefined
    ? {
        en: `With it go the database ${id} and all its rows, without a last snapshot (--final-snapshot NAME makes one).`,
        ja: `データベース ${id} も、すべての行とともに削除されます。最終スナップショットは作成しません (--final-snapshot 名前 で作成)。`,
      }
    : {
        en: `The database ${id} goes, after a last snapshot ${finalSnapshot}, which stays and costs money.`,
        ja: `データベース ${id} は、最終スナップショット ${finalSnapshot} を作成してから削除します。スナップショットは残り、料金がかかります。`,
      };
}

function bucketLine({ bucket, uploads, logs, foreign }: BucketData, { keepBucket }: DestroyOptions): LocalizedText {
  const size = sizeText(uploads.sizeBytes + logs.sizeBytes + foreign.sizeBytes);
  if (keepBucket) {
    const count = uploads.count + logs.count + foreign.count;
    return {
      en: `The bucket ${bucket} stays, with its ${count} objects (${size}).`,
      ja: `バケット ${bucket} は、オブジェクト ${count} 個 (${size}) とともに残します。`,
    };
  }
  return {
    en: `With it go ${uploads.count} picture files (${sizeText(uploads.sizeBytes)}) and ${logs.count} log files in the bucket ${bucket}.`,
    ja: `バケット ${bucket} の画像ファイル ${uploads.count} 個 (${sizeText(uploads.sizeBytes)}) とログファイル ${logs.count} 個も削除されます。`,
  };
}

/**
 * A second question for what is not the stack's own. Asked before anything is deleted, because a stack without its
 * bucket is no use to whoever says no. Returns the options with the consent.
 */
export async function confirmData(
  invocation: Invocation,
  about: Pick<Destruction, "target" | "data" | "options">,
): Promise<DestroyOptions> {
  const { target, data, options } = about;
  if (!data || data.foreign.count === 0 || options.keepBucket || options.deleteData) return options;
  const { bucket, foreign } = data;
  const more = foreign.count - foreign.examples.length;
  const list = foreign.examples.map((key) => `  ${shown(key)}`);
  await confirm(invocation, {
    ...(target === "aws" ? { word: "delete" } : {}),
    about: {
      en: [
        `The bucket ${bucket} also holds ${foreign.count} ${foreign.count === 1 ? "object" : "objects"} (${sizeText(foreign.sizeBytes)}) that neither the application nor the hosts put there:`,
        ...list,
        ...(more > 0 ? [`  … and ${more} more`] : []),
        "They would be deleted for good, with all their versions.",
      ].join("\n"),
      ja: [
        `バケット ${bucket} には、アプリケーションとホスト以外が保存したオブジェクトが ${foreign.count} 個 (${sizeText(foreign.sizeBytes)}) あります:`,
        ...list,
        ...(more > 0 ? [`  … 他 ${more} 個`] : []),
        "すべてのバージョンが完全に削除され、元に戻せません。",
      ].join("\n"),
    },
    insteadOfYes: [
      {
        en: "To delete them, too: lecture05 destroy --delete-data",
        ja: "これらも削除する: lecture05 destroy --delete-data",
      },
      {
        en: "To leave the bucket and remove the rest: lecture05 destroy --keep-bucket",
        ja: "バケットを残して他を削除する: lecture05 destroy --keep-bucket",
      },
    ],
  });
  return { ...options, deleteData: true };
}
