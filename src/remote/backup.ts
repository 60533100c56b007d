import type { RemoteScript } from "../ports/shell.ts";
import { backupProgram, backupProgramText, lastBackupFile } from "./backup/program.ts";
import {
  backupCommand,
  backupCommandText,
  backupNow,
  backupService,
  backupServiceText,
  backupSettings,
  backupTimer,
  backupTimerText,
} from "./backup/units.ts";
import { environmentText } from "./environment-file.ts";
import { appUser, currentLink } from "./paths.ts";
import { putFile, putFileFunction } from "./put-file.ts";
import { runAsAppFunction } from "./run-as-app.ts";
import { remoteScript } from "./script.ts";
import { startServiceFunction } from "./start-service.ts";
import { plainWord } from "./shell-quote.ts";

const system = (path: string, mode: string) => ({ path, mode, owner: "root:root" });

/** The program, its service and the timer; nothing is backed up yet. */
export function installBackup({ bucket }: { readonly bucket: string }): RemoteScript {
  return remoteScript(
    "install-backup",
    2 * 60_000,
    putFileFunction,
    `mkdir -p ${parentOf(backupProgram)}
install -d -m 750 -o ${appUser} -g ${appUser} ${parentOf(lastBackupFile)}`,
    putFile(system(backupProgram, "644"), backupProgramText),
    putFile(system(backupCommand, "755"), backupCommandText),
    putFile(system(backupSettings, "644"), environmentText({ BACKUP_BUCKET: plainWord(bucket) })),
    putFile(system(`/etc/systemd/system/${backupService}`, "644"), backupServiceText),
    putFile(system(`/etc/systemd/system/${backupTimer}`, "644"), backupTimerText),
    `
systemctl daemon-reload
systemctl -q enable --now ${backupTimer}`,
  );
}

/**
 * Takes a backup now, by the very service that the timer starts; prints its manifest. Tried again for half a minute: a
 * right that the role was given just now is not known everywhere at once.
 */
export function takeBackup(): RemoteScript {
  return remoteScript(
    "take-backup",
    65 * 60_000,
    startServiceFunction,
    `
echo BACKUP_NOW=yes >${backupNow}
trap 'rm -f ${backupNow}' EXIT
trap 'exit 1' HUP INT TERM
rm -f ${lastBackupFile}
start_service ${backupService}
if [ ! -e ${lastBackupFile} ]; then
  echo "another host is making a backup just now" >&2
  exit 1
fi
cat ${lastBackupFile}
echo`,
  );
}

/** Copies the pictures of a backup into the stack's own bucket and puts its rows in the place of those of now. */
export function restoreBackup(of: {
  readonly bucket: string;
  readonly id: string;
  readonly overwrite: boolean;
}): RemoteScript {
  const { bucket, id, overwrite } = of;
  return remoteScript(
    "restore-backup",
    65 * 60_000,
    putFileFunction,
    runAsAppFunction,
    `mkdir -p ${parentOf(backupProgram)}`,
    putFile(system(backupProgram, "644"), backupProgramText),
    `
cd ${currentLink}
BACKUP_BUCKET=${plainWord(bucket)}
export BACKUP_BUCKET
run_as_app bundle exec rails runner ${backupProgram} restore ${plainWord(id)}${overwrite ? " overwrite" : ""}`,
  );
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
