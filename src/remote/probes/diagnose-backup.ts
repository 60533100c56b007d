import type { RemoteScript } from "../../ports/shell.ts";
import { backupService, backupTimer } from "../backup/units.ts";
import { remoteScript } from "../script.ts";

/** What systemd says of the backups on a host: its units, and what the last run said. */
export function diagnoseBackup(): RemoteScript {
  return remoteScript(
    "diagnose-backup",
    60_000,
    `
named() { cut -c 1-1000 | sed "s/^/$1 /"; }

show() { systemctl show "$1" -p LoadState -p ActiveState -p UnitFileState -p Result; }

# Of the run that the result is about, and of no earlier one; without the places in the code.
last_run() {
  run=$(systemctl show -p InvocationID --value ${backupService})
  [ -z "$run" ] || journalctl -q "_SYSTEMD_INVOCATION_ID=$run" --no-pager -o cat | grep -Ev "^[[:space:]]*from " | tail -n 20
}

show ${backupTimer} | named backup.timer
show ${backupService} | named backup.service
last_run | named backup.log`,
  );
}
