import { backupService, backupTimer } from "../../remote/backup/units.ts";
import { backupPolicyName } from "../../steps/backup/policies.ts";
import { youngHours } from "../../steps/backup/settings.ts";
import type { HostFacts } from "../host-facts.ts";
import {
  applyStep,
  automatic,
  byHand,
  evidence,
  inHost,
  onHost,
  printed,
  when,
  type Diagnosis,
  type Finding,
} from "../layer.ts";

const hourMs = 3_600_000;

/** Runs the service once more: what its last run came to is then about now. The role's rights take a moment to be known. */
const runAgain = onHost(
  `for attempt in 1 2 3 4 5 6; do systemctl start ${backupService} && exit 0; sleep 5; done; exit 1`,
);
const readPolicy = `aws iam get-role-policy --policy-name ${backupPolicyName}`;
const lastRun = `journalctl -u ${backupService} -n 20 --no-pager`;

/** What S3 answers to a host that is to write a backup now: "AccessDenied". Undefined when it lets it, or was not asked. */
function refusal(facts: HostFacts): string | undefined {
  const answer = facts.text("backup.write");
  return answer === "" || answer === "allowed" ? undefined : answer;
}

/** The line of the last run that says why it failed: Ruby's innermost error, which comes last, else the last line. */
const reasonOf = (facts: HostFacts): string =>
  (facts.findLast("backup.log", /\([A-Z]\w*(::\w+)*\)$/) ?? facts.findLast("backup.log", /\S/))
    ?.replace(/^\S+:\d+:in [`'][^']*': /, "")
    .trim() ?? "no line in its log";

/** The refusal as the last run met it, when it has run since. */
const shownRefusal = (facts: HostFacts, answer: string) => [
  evidence("ruby backup.rb try (as app, through the role)", answer),
  ...(facts.find("backup.log", new RegExp(answer)) ? [evidence(lastRun, reasonOf(facts), answer)] : []),
];

/** No harm to visitors, all of them: found by whoever needs a backup, unless somebody looks before. */
const rows: readonly Diagnosis[] = [
  {
    code: "BACKUP_BUCKET_MISSING",
    latent: true,
    logLines: ["Aws::S3::Errors::NoSuchBucket: The specified bucket does not exist"],
    cause: {
      en: "The bucket of the backups is gone, and all backups with it",
      ja: "バックアップ用のバケットが存在しません。これまでのバックアップも失われています",
    },
    // A new one is empty: that the backups are lost is for a person to know first.
    fix: printed(applyStep("backup")),
    find: ({ backup }) =>
      backup &&
      when(
        backup.newestAt === "no bucket",
        evidence(`aws s3api head-bucket --bucket ${backup.bucketName}`, "404 NoSuchBucket", "NoSuchBucket"),
      ),
  },
  {
    code: "BACKUP_TIMER_STOPPED",
    latent: true,
    logLines: [`${backupTimer}: inactive (dead)`, `${backupTimer}: disabled`],
    cause: {
      en: "No backup comes by itself any more: {what}",
      ja: "自動バックアップが動いていません: {what}",
    },
    fix: automatic(onHost(`systemctl enable --now ${backupTimer}`)),
    find: inHost((facts) => {
      const lines = facts.lines("backup.timer").filter(Boolean);
      const missing = lines.includes("LoadState=not-found");
      const what = missing
        ? `${backupTimer} is not there`
        : lines.includes("UnitFileState=disabled")
          ? `${backupTimer} is disabled`
          : lines.length > 0 && !lines.includes("ActiveState=active")
            ? `${backupTimer} is stopped`
            : undefined;
      if (what === undefined) return undefined;
      return {
        evidence: [evidence(`systemctl show ${backupTimer}`, lines.join(" "), what)],
        values: { what },
        ...(missing ? { fix: automatic(applyStep("backup")) } : {}),
      };
    }),
  },
  {
    code: "BACKUP_ROLE_DENIED",
    latent: true,
    logLines: [
      "Access Denied (Aws::S3::Errors::AccessDenied)",
      "because no identity-based policy allows the s3:PutObject action",
    ],
    cause: {
      en: "S3 refuses the hosts' backups: the policy of their role is not the one that the tool attached",
      ja: "バックアップの書き込みが S3 に拒否されています。IAM ロールのポリシーが変更または削除されています",
    },
    fix: automatic(applyStep("backup"), runAgain),
    find: inHost((facts, { backup }) => {
      const answer = refusal(facts);
      const policy = backup?.rolePolicy ?? "right";
      if (answer !== "AccessDenied" || policy === "right") return undefined;
      return {
        evidence: [...shownRefusal(facts, answer), evidence(readPolicy, policy)],
      };
    }),
  },
  {
    code: "BACKUP_BUCKET_DENIES",
    latent: true,
    logLines: ["Access Denied (Aws::S3::Errors::AccessDenied)", "with an explicit deny in a resource-based policy"],
    cause: {
      en: "S3 refuses the hosts' backups though their role has its rights: the bucket's own policy denies them",
      ja: "バックアップの書き込みが S3 に拒否されています。IAM ロールの権限は正しいため、バケットポリシーが原因です",
    },
    // Somebody wrote that policy for a reason.
    fix: printed(applyStep("backup"), runAgain),
    find: inHost((facts, { backup }) => {
      const answer = refusal(facts);
      if (answer !== "AccessDenied" || backup?.rolePolicy !== "right") return undefined;
      return {
        evidence: [...shownRefusal(facts, answer), evidence(readPolicy, "as the tool attached it")],
      };
    }),
  },
  {
    code: "BACKUP_FAILED",
    latent: true,
    logLines: [`${backupService}: Failed with result 'exit-code'.`, `${backupService}: Failed with result 'timeout'.`],
    cause: {
      en: "The last backup failed on the host: {why}",
      ja: "ホストでの前回のバックアップが失敗しました: {why}",
    },
    fix: printed(onHost(lastRun), onHost(`systemctl start ${backupService}`)),
    find: inHost((facts) => {
      const result = facts.value("backup.service", "Result");
      if (result === undefined || result === "success") return undefined;
      // S3 refused it then and lets it now: over, and the next run will show it.
      if (facts.text("backup.write") === "allowed" && facts.find("backup.log", /Errors::(AccessDenied|NoSuchBucket)/)) {
        return undefined;
      }
      const why = reasonOf(facts);
      return {
        evidence: [evidence(`systemctl show ${backupService}`, `Result=${result}`, result), evidence(lastRun, why)],
        values: { why },
      };
    }),
  },
  {
    code: "BACKUP_TOO_OLD",
    latent: true,
    logLines: ["backup-young: 50 hours", "another host is at work, or has been"],
    cause: {
      en: `No backup is younger than ${youngHours} hours, though one is due every day (age of the last one: {age})`,
      ja: `${youngHours} 時間以内のバックアップがありません。毎日 1 回取得されるはずです (最新のものの経過時間: {age})`,
    },
    fix: printed(byHand("lecture05 backup now"), onHost(lastRun)),
    find: ({ backup }): Finding | undefined => {
      const { newestAt, now = 0, bucketName = "" } = backup ?? {};
      if (newestAt === undefined || newestAt === "no bucket") return undefined;
      const hours = newestAt === "no backup" ? undefined : Math.floor((now - newestAt) / hourMs);
      if (hours !== undefined && hours < youngHours) return undefined;
      const age = hours === undefined ? "none" : `${hours} hours`;
      const newest = typeof newestAt === "number" ? new Date(newestAt).toISOString() : "no backup";
      return { evidence: [evidence(`aws s3 ls s3://${bucketName}/manifests/`, newest)], values: { age } };
    },
  },
];

export const backupFaults: readonly Diagnosis[] = rows.map((row) => ({ ...row, since: "backup" }));
