import type { RemoteScript } from "../ports/shell.ts";
import { identityService } from "./paths.ts";
import { hereDocument, remoteScript } from "./script.ts";

const program = "/usr/local/lib/lecture05/expire";
const unit = "lecture05-expiry";
const unitDirectory = "/etc/systemd/system";

export const expiryTimerFile = `${unitDirectory}/${unit}.timer`;
export const expiryServiceFile = `${unitDirectory}/${unit}.service`;

export const expiryServiceText = `[Unit]
Description=End this host: its time is over
# On a copy of this disk that unit takes the end away, which is another host's.
After=${identityService}

[Service]
Type=oneshot
ExecStart=${program}`;

export const expiryTimerText = (expiresAt: string): string => `[Unit]
Description=Ends this host at ${calendarOf(expiresAt)}

[Timer]
OnCalendar=${calendarOf(expiresAt)}
OnBootSec=1min
AccuracySec=1s

[Install]
WantedBy=timers.target`;

/** Lines of a block: what `expiryTimer` made is no more. The program first, so that whatever is under way finds nothing. */
export const removeExpiryTimer = `  rm -f ${program}
  systemctl -q disable --now ${unit}.timer
  rm -f ${expiryTimerFile} ${expiryServiceFile}
  systemctl daemon-reload`;

/**
 * Shell text that ends the host at a moment: a timer of systemd, so that it needs nobody and no permission. EC2 was told
 * to terminate an instance that shuts itself down. After a stop or a reboot the timer looks again a minute later.
 */
export function expiryTimer(expiresAt: string): string {
  const epochSeconds = Math.floor(Date.parse(expiresAt) / 1000);
  const calendar = calendarOf(expiresAt);
  return `mkdir -p ${program.slice(0, program.lastIndexOf("/"))}
${hereDocument(
  `cat >${program}`,
  `#!/bin/sh
# The stack's time (--ttl) is over at ${calendar}. A clock that is set later must not end it early.
if [ "$(date +%s)" -lt ${epochSeconds} ]; then exit 0; fi
wall "lecture05: the time of this stack is over" 2>/dev/null || true
systemctl poweroff`,
)}
chmod 755 ${program}
${hereDocument(`cat >${expiryServiceFile}`, expiryServiceText)}
${hereDocument(`cat >${expiryTimerFile}`, expiryTimerText(expiresAt))}
systemctl daemon-reload
systemctl -q enable ${unit}.timer
systemctl restart ${unit}.timer`;
}

/** Sets, moves or takes away the end of a host that runs already. */
export function setExpiry(expiresAt: string | undefined): RemoteScript {
  if (expiresAt !== undefined) {
    return remoteScript(
      "set-expiry",
      60_000,
      expiryTimer(expiresAt),
      `echo "this host ends at ${calendarOf(expiresAt)}"`,
    );
  }
  return remoteScript(
    "clear-expiry",
    60_000,
    `if [ -e ${expiryTimerFile} ]; then
${removeExpiryTimer}
  echo "this host has no end any more"
else
  echo "unchanged: no end"
fi`,
  );
}

/** As systemd reads it. Made anew from the moment: JavaScript takes texts for dates that hold anything in brackets. */
function calendarOf(moment: string): string {
  return `${new Date(moment).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
