import type { RemoteScript } from "../../ports/shell.ts";
import { currentLink, databasePath, environmentFiles, socketPath } from "../paths.ts";
import { remoteScript } from "../script.ts";
import { probeFunctions } from "./functions.ts";

/** Reads what runs on a host; changes nothing. Absent parts print nothing. */
export function readHostFacts(): RemoteScript {
  return remoteScript(
    "read-host-facts",
    60_000,
    probeFunctions,
    `
version_of() { dpkg-query -W -f '\${Version}' "$1" 2>/dev/null | sed 's/^[0-9]*://; s/[-+].*//'; }
locked() { sed -n "s/^    $1 (\\([0-9.]*\\))$/\\1/p" ${currentLink}/Gemfile.lock 2>/dev/null | head -n 1; }
active() { systemctl is-active "$1" 2>/dev/null || true; }
socket() { if [ -S ${socketPath} ]; then echo ${socketPath}; fi; }
# Once the records are in a database elsewhere, the file is only the way back.
database() { if [ -e ${databasePath} ] && [ ! -e ${environmentFiles.database} ]; then echo ${databasePath}; fi; }
listening() { ss -Hltn | awk '{ print $4 }' | sort -u | tr '\\n' ' '; }

probe nginx version_of nginx
probe nginx_active active nginx.service
probe puma locked puma
probe puma_active active puma.service
probe rails locked rails
probe ruby version_of ruby
probe socket socket
probe database database
probe listening listening`,
  );
}
