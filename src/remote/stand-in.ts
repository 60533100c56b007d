import type { RemoteScript } from "../ports/shell.ts";
import { environmentText } from "./environment-file.ts";
import { nginxConfiguration } from "./nginx-configuration.ts";
import {
  currentLink,
  environmentDirectory,
  nginxSite,
  releasesDirectory,
  socketDirectory,
  socketPath,
  standInEnvironment,
  standInSocketPath,
  standInUnitFile,
} from "./paths.ts";
import { siteFunction } from "./probes/functions.ts";
import { pumaUnit } from "./puma-unit.ts";
import { putFile, putFileFunction } from "./put-file.ts";
import { remoteScript } from "./script.ts";
import { plainWord } from "./shell-quote.ts";

const service = standInUnitFile.slice(standInUnitFile.lastIndexOf("/") + 1);
const aside = `${socketPath}.aside`;

/** Puma's own unit, for another release on another socket, until the next boot at most. */
export function standInUnit(release: string): string {
  const directory = socketDirectory.slice("/run/".length);
  const changes: readonly (readonly [string, string])[] = [
    ["Description=Puma for lecture05", "Description=Puma for lecture05, while puma.service restarts"],
    [`WorkingDirectory=${currentLink}\n`, `WorkingDirectory=${releasesDirectory}/${plainWord(release)}\n`],
    [
      `EnvironmentFile=${environmentDirectory}/*.env\n`,
      `EnvironmentFile=${environmentDirectory}/*.env\nEnvironmentFile=${standInEnvironment}\n`,
    ],
    [`RuntimeDirectory=${directory}\n`, `RuntimeDirectory=${directory}-stand-in\n`],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`Puma's unit has no line ${from}`);
    return text.replace(from, to);
  }, pumaUnit);
}

/**
 * Starts a release beside the one that serves, on a socket of its own, and asks it for its pages before any visitor
 * does. When it does not answer it is stopped again, and nothing has changed.
 */
export function startStandIn(release: string): RemoteScript {
  return remoteScript(
    "start-stand-in",
    3 * 60_000,
    putFileFunction,
    siteFunction,
    "mkdir -p /run/systemd/system",
    putFile({ path: standInUnitFile, mode: "644", owner: "root:root" }, standInUnit(release)),
    putFile(
      { path: standInEnvironment, mode: "600", owner: "root:root" },
      environmentText({ PUMA_BIND: `unix://${standInSocketPath}`, APP_RELEASE: plainWord(release) }),
    ),
    `
give_up() {
  journalctl -u ${service} -n 40 --no-pager -o cat >&2
  systemctl stop ${service} || true
  rm -f ${standInUnitFile} ${standInEnvironment}
  systemctl daemon-reload
  # Last, because the end is what is shown first.
  echo "release ${plainWord(release)} does not serve: $1" >&2
  exit 1
}
systemctl daemon-reload
systemctl reset-failed ${service} 2>/dev/null || true
systemctl restart ${service} || give_up "it did not start"
ask() { curl -s --noproxy '*' --max-time 20 -o /dev/null -w '%{http_code}' --unix-socket ${standInSocketPath} "$site$1"; }
for path in /up /; do
  status=$(ask "$path") || true
  [ "$status" = 200 ] || give_up "GET $path answered \${status:-nothing}"
done
echo "it answers"`,
  );
}

const reloadFunction = `
# reload_nginx: when it is over, no process works by the settings of before any more.
reload_nginx() {
  nginx -t
  systemctl reload nginx.service
  deadline=$(($(date +%s) + 30))
  # Those that still answer a request go when it is answered.
  while sleep 0.2 && pgrep -f '^nginx: worker process is shutting down' >/dev/null; do
    [ "$(date +%s)" -lt "$deadline" ] || break
  done
}`;

/**
 * For a host that a network load balancer sends nobody to any more: it leaves the connections that visitors keep open where
 * they are, and they would go on asking here. Their next one leads to another host.
 */
export function closeKeptConnections(): RemoteScript {
  return remoteScript("close-kept-connections", 60_000, reloadFunction, "reload_nginx");
}

/**
 * Nginx asks the stand-in from now on wherever Puma is not there. It goes on doing so when there is none any more: with each
 * reload Nginx closes the connections that the load balancer keeps open, now and then just as a request comes along. Then Puma's socket is taken out of sight: what comes
 * goes to the stand-in, and what has come is still answered.
 */
export function handOver(): RemoteScript {
  return remoteScript(
    "hand-over",
    2 * 60_000,
    putFileFunction,
    reloadFunction,
    putFile(
      { path: nginxSite, mode: "644", owner: "root:root" },
      nginxConfiguration({ standInSocket: standInSocketPath }),
    ),
    `
[ "$changed" = no ] || reload_nginx
if [ -S ${socketPath} ]; then mv ${socketPath} ${aside}; fi

# The name of a socket in use stays the one under which it was bound.
deadline=$(($(date +%s) + 30))
while ss -xH state established | grep -qF " ${socketPath} "; do
  [ "$(date +%s)" -lt "$deadline" ] || break
  sleep 0.1
done
echo "the stand-in serves"`,
  );
}

/** Puma serves again; the stand-in answers what it has begun and goes. Harmless where there is none. */
export function endStandIn(): RemoteScript {
  return remoteScript(
    "end-stand-in",
    2 * 60_000,
    `
if ! curl -fsS --noproxy '*' --max-time 10 -o /dev/null --unix-socket ${socketPath} http://localhost/up; then
  # It lies aside still, and answers: back into sight.
  if [ -S ${aside} ]; then mv ${aside} ${socketPath}; fi
  curl -fsS --noproxy '*' --max-time 10 -o /dev/null --unix-socket ${socketPath} http://localhost/up
fi
rm -f ${aside}
if [ -e ${standInUnitFile} ]; then
  systemctl stop ${service}
  rm -f ${standInUnitFile} ${standInEnvironment}
  systemctl daemon-reload
  echo "ended: ${service}"
fi`,
  );
}
