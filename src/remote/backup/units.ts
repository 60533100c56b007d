import { appUser, currentLink, environmentDirectory, sharedDirectory } from "../paths.ts";
import { backupProgram, lastBackupFile } from "./program.ts";

export const backupCommand = "/usr/local/lib/lecture05/backup";
export const backupService = "lecture05-backup.service";
export const backupTimer = "lecture05-backup.timer";
export const backupSettings = "/etc/lecture05/backup.env";
/** There while somebody wants a backup whether one is due or not. */
export const backupNow = "/run/lecture05-backup-now.env";

/** Looks without Rails first, because that takes a second of work instead of five, and runs every hour. */
export const backupCommandText = `#!/bin/sh
# Takes a backup when one is due, or when BACKUP_NOW says so. Runs as ${appUser}, from ${backupService}.
set -eu
cd ${currentLink}
if [ "\${BACKUP_NOW:-}" != yes ]; then
  status=0
  /usr/bin/bundle exec ruby ${backupProgram} due || status=$?
  case $status in
    0) ;;
    75) exit 0 ;;
    *) exit "$status" ;;
  esac
fi
exec /usr/bin/bundle exec rails runner ${backupProgram} run
`;

export const backupServiceText = `[Unit]
Description=Back the application of lecture05 up to S3
After=network-online.target

[Service]
Type=oneshot
User=${appUser}
Group=${appUser}
EnvironmentFile=${environmentDirectory}/*.env
EnvironmentFile=${backupSettings}
EnvironmentFile=-${backupNow}
Environment=HOME=${sharedDirectory}/home BACKUP_LAST=${lastBackupFile}
ExecStart=${backupCommand}
TimeoutStartSec=3600
Nice=10
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ReadWritePaths=${sharedDirectory}
`;

export const backupTimerText = `[Unit]
Description=Back the application of lecture05 up once a day

[Timer]
OnCalendar=hourly
# Hosts take turns: the first to find that a backup is due takes it.
RandomizedDelaySec=15min

[Install]
WantedBy=timers.target
`;
