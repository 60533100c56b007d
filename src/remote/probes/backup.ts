import type { RemoteScript } from "../../ports/shell.ts";
import { backupProgram, backupProgramText } from "../backup/program.ts";
import { backupSettings, backupTimer } from "../backup/units.ts";
import { currentLink } from "../paths.ts";
import { putFile, putFileFunction } from "../put-file.ts";
import { runAsAppFunction } from "../run-as-app.ts";
import { remoteScript } from "../script.ts";
import { probeFunctions } from "./functions.ts";

const timeoutMs = 3 * 60_000;

/** timer: active, when systemd starts the backup by itself. */
export function probeBackup(): RemoteScript {
  return remoteScript(
    "probe-backup",
    timeoutMs,
    probeFunctions,
    `
# Until the next boot, and after it.
timer() {
  [ "$(systemctl is-enabled ${backupTimer})" = enabled ] || { echo "not enabled"; return; }
  systemctl is-active ${backupTimer}
}
probe timer timer`,
  );
}

/** write: allowed, or what S3 says to the host when it is to write a backup. */
export function probeBackupRight(): RemoteScript {
  return remoteScript(
    "probe-backup-right",
    timeoutMs,
    probeFunctions,
    runAsAppFunction,
    `
cd ${currentLink}
# shellcheck source=/dev/null
. ${backupSettings}
export BACKUP_BUCKET
may_write() {
  if answer=$(run_as_app bundle exec ruby ${backupProgram} try 2>&1); then
    echo allowed
  else
    printf '%s\\n' "$answer" | sed -n 's/.*Aws::S3::Errors::\\([A-Za-z]*\\).*/\\1/p' | head -n 1
  fi
}
probe write may_write`,
  );
}

/** tables: what the application's database holds now, as JSON in the form of a manifest. Works without step backup. */
export function probeRows(): RemoteScript {
  return remoteScript(
    "probe-rows",
    timeoutMs,
    probeFunctions,
    putFileFunction,
    runAsAppFunction,
    `mkdir -p ${backupProgram.slice(0, backupProgram.lastIndexOf("/"))}`,
    putFile({ path: backupProgram, mode: "644", owner: "root:root" }, backupProgramText),
    `
cd ${currentLink}
# Nothing is asked of it.
BACKUP_BUCKET=none
export BACKUP_BUCKET
facts() { run_as_app bundle exec rails runner ${backupProgram} facts | tail -n 1; }
probe tables facts`,
  );
}
