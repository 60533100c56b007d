import { appUser, currentLink, environmentDirectory, logShipState, nginxAccessLog, nginxErrorLog } from "./paths.ts";

export const shipLogsProgram = "/usr/local/lib/lecture05/ship-logs";
export const shipLogsService = "lecture05-ship-logs.service";
export const shipLogsTimer = "lecture05-ship-logs.timer";

/** Hands Nginx's files and Rails' part of the journal to the application's own program. */
export const shipLogsText = `#!/bin/sh
# Ships what was logged since the last time. Runs as ${appUser}, from ${shipLogsService}.
set -eu
cd ${currentLink}

/usr/bin/bundle exec bin/ship-logs ${nginxAccessLog} ${nginxErrorLog}

# Rails writes to the journal. The cursor moves on only after its lines have arrived.
cursor=${logShipState}/journal-cursor
lines=$(mktemp)
trap 'rm -f "$lines" "$cursor.next"' EXIT
[ ! -e "$cursor" ] || cp "$cursor" "$cursor.next"
journalctl -q -u puma.service -o short-iso --no-pager --cursor-file="$cursor.next" >"$lines"
if [ -s "$lines" ]; then
  LOG_SHIP_NAME=puma.log /usr/bin/bundle exec bin/ship-logs - <"$lines"
fi
[ ! -e "$cursor.next" ] || mv "$cursor.next" "$cursor"
`;

export const shipLogsServiceText = `[Unit]
Description=Ship logs of lecture05 to S3
After=network-online.target

[Service]
Type=oneshot
User=${appUser}
Group=${appUser}
# adm reads Nginx's logs, systemd-journal the journal.
SupplementaryGroups=adm systemd-journal
EnvironmentFile=${environmentDirectory}/*.env
ExecStart=${shipLogsProgram}
TimeoutStartSec=240
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ReadWritePaths=${logShipState}
`;

export const shipLogsTimerText = `[Unit]
Description=Ship logs of lecture05 every five minutes

[Timer]
OnCalendar=*:0/5
# Hosts take turns instead of all at once.
RandomizedDelaySec=20

[Install]
WantedBy=timers.target
`;
