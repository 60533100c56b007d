import type { RemoteScript } from "../../ports/shell.ts";
import { askProgram } from "../database/ask-program.ts";
import { movedFile } from "../database/move-program.ts";
import { currentLink } from "../paths.ts";
import { restartPumaFunctions } from "../restart-puma.ts";
import { runAsAppFunction } from "../run-as-app.ts";
import { remoteScript } from "../script.ts";
import { shellQuote } from "../shell-quote.ts";
import { probeFunctions } from "./functions.ts";

const timeoutMs = 3 * 60_000;

const askFunctions = `
cd ${currentLink}
ask() { run_as_app bundle exec ruby ${askProgram} "$@"; }`;

/**
 * The database as the host sees it: address (of Puma's own environment), cipher, source and target (what was counted on
 * both sides before the switch, "fruits 3 0f1e…, …").
 */
export function probeDatabase(): RemoteScript {
  return remoteScript(
    "probe-database",
    timeoutMs,
    probeFunctions,
    runAsAppFunction,
    askFunctions,
    `
# Without the password, which is part of the same line.
address() {
  tr '\\0' '\\n' <"/proc/$(systemctl show -p MainPID --value puma.service)/environ" |
    sed -n 's/^DATABASE_URL=[^@]*@\\([^:/?]*\\).*/\\1/p'
}
cipher() { if ask tls | grep -q .; then echo encrypted; else echo none; fi; }
moved() {
  if [ -e ${movedFile} ]; then
    ruby -rjson -e 'puts JSON.parse(File.read(ARGV[0])).map { |it| [ it["table"], *it[ARGV[1]] ].join(" ") }.join(", ")' ${movedFile} "$1"
  else
    echo "moved by another host"
  fi
}
probe address address
probe cipher cipher
probe source moved source
probe target moved target`,
  );
}

/** How many records of this name the database holds: count. Asked past the application. */
export function probeRecord(name: string): RemoteScript {
  return remoteScript(
    "probe-record",
    timeoutMs,
    probeFunctions,
    runAsAppFunction,
    askFunctions,
    `probe count ask count ${shellQuote(name)}`,
  );
}

/** Makes Puma connect anew: what is connected already is not cut off by a group that is closed. */
export function reconnectPuma(): RemoteScript {
  return remoteScript(
    "reconnect-puma",
    timeoutMs,
    restartPumaFunctions,
    `
# Starts count towards the limit of a crash loop, which this is not.
systemctl reset-failed puma.service 2>/dev/null || true
systemctl restart puma.service
wait_for_puma`,
  );
}
