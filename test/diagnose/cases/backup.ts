import type { BackupFacts, Facts } from "../../../src/diagnose/facts.ts";
import { nothingWrong } from "../../../src/diagnose/verdict.ts";
import { stepNames } from "../../../src/steps/names.ts";
import { healthy, withHost } from "../recorded-facts.ts";
import type { Case } from "./case.ts";

const hourMs = 3_600_000;
const now = Date.parse("2026-01-02T03:04:05Z");
const well: BackupFacts = { bucketName: "diag-backup", newestAt: now - 25 * hourMs, rolePolicy: "right", now };

type Said = Readonly<Record<string, readonly string[] | undefined>>;

/** As a host said them that is well. */
const units: Said = {
  "backup.timer": ["Result=success", "LoadState=loaded", "ActiveState=active", "UnitFileState=enabled"],
  "backup.service": ["Result=success", "LoadState=loaded", "ActiveState=inactive", "UnitFileState=static"],
  "backup.log": ["backup 2026-01-01T02-04-05Z: 0 rows, 0 objects"],
  "backup.write": ["allowed"],
};

const failed = (...log: readonly string[]): Said => ({
  "backup.service": ["Result=exit-code", "LoadState=loaded", "ActiveState=failed", "UnitFileState=static"],
  "backup.log": log,
});
const timer = (loaded: string, active: string, file: string): Said => ({
  "backup.timer": ["Result=success", `LoadState=${loaded}`, `ActiveState=${active}`, `UnitFileState=${file}`],
});
const refused = "/usr/lib/x.rb:17:in `call': no policy allows s3:PutObject (Aws::S3::Errors::AccessDenied)";

function withBackup(changes: Partial<BackupFacts>, host: Said = {}, facts: Facts = healthy): Facts {
  return {
    ...withHost({ ...units, ...host }, facts),
    reached: stepNames.filter((name) => name !== "database" && name !== "redundancy"),
    backup: { ...well, ...changes },
  };
}

export const backupCases: readonly Case[] = [
  { code: nothingWrong, what: "a backup of yesterday, and everything in its place", facts: withBackup({}) },
  {
    code: nothingWrong,
    what: "nothing of the backups could be asked",
    facts: withBackup(
      { newestAt: undefined, rolePolicy: undefined },
      { "backup.timer": undefined, "backup.service": undefined, "backup.log": undefined, "backup.write": undefined },
    ),
  },
  {
    code: nothingWrong,
    what: "no backups are wanted",
    facts: { ...withHost(failed(refused)), backup: { ...well, newestAt: "no bucket" } },
  },
  { code: "BACKUP_BUCKET_MISSING", what: "deleted", facts: withBackup({ newestAt: "no bucket" }) },
  {
    code: "BACKUP_TIMER_STOPPED",
    what: "until the next boot",
    facts: withBackup({}, timer("loaded", "inactive", "enabled")),
  },
  {
    code: "BACKUP_TIMER_STOPPED",
    what: "from the next boot on",
    facts: withBackup({}, timer("loaded", "active", "disabled")),
  },
  { code: "BACKUP_TIMER_STOPPED", what: "its file is gone", facts: withBackup({}, timer("not-found", "failed", "")) },
  {
    code: "BACKUP_ROLE_DENIED",
    what: "no policy, and no run since",
    facts: withBackup({ rolePolicy: "no policy" }, { "backup.write": ["AccessDenied"] }),
  },
  {
    code: "BACKUP_ROLE_DENIED",
    what: "another policy, and a run that failed",
    facts: withBackup({ rolePolicy: "another policy" }, { "backup.write": ["AccessDenied"], ...failed(refused) }),
  },
  {
    code: "BACKUP_BUCKET_DENIES",
    what: "the role has its rights",
    facts: withBackup({}, { "backup.write": ["AccessDenied"], ...failed(refused) }),
  },
  {
    code: nothingWrong,
    what: "S3 refused the last run, and lets the host write now",
    facts: withBackup({}, failed(refused)),
  },
  {
    code: "BACKUP_FAILED",
    what: "S3 refused the last run, and whether it would now is not known",
    facts: withBackup({ rolePolicy: undefined }, { ...failed(refused), "backup.write": undefined }),
  },
  {
    code: "BACKUP_FAILED",
    what: "the program is gone",
    facts: withBackup({}, failed("/usr/bin/ruby: No such file or directory -- backup.rb (LoadError)")),
  },
  { code: "BACKUP_FAILED", what: "it said nothing", facts: withBackup({}, failed()) },
  { code: "BACKUP_TOO_OLD", what: "of two days ago", facts: withBackup({ newestAt: now - 26 * hourMs }) },
  { code: "BACKUP_TOO_OLD", what: "none at all", facts: withBackup({ newestAt: "no backup" }) },
  {
    code: "BUCKET_PUBLIC",
    what: "and the timer is stopped: the bucket of today comes first",
    facts: withBackup({}, timer("loaded", "inactive", "enabled"), {
      ...healthy,
      bucket: { publicAccessBlocked: false, encrypted: true, versioned: true },
    }),
  },
];
