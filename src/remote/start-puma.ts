import type { RemoteScript } from "../ports/shell.ts";
import { environmentText } from "./environment-file.ts";
import { currentLink, environmentFiles, pumaPort, pumaUnitFile, releasesDirectory, socketPath } from "./paths.ts";
import { pumaUnit } from "./puma-unit.ts";
import { putFile, putFileFunction } from "./put-file.ts";
import { restartPumaFunctions } from "./restart-puma.ts";
import { remoteScript } from "./script.ts";
import { plainWord } from "./shell-quote.ts";

const rootFile = (path: string) => ({ path, mode: "644", owner: "root:root" });

/** Puma as a service on 127.0.0.1:3000; on a host that is further along it keeps the socket. */
export function startPumaOnTcp(release: string): RemoteScript {
  const directory = `${releasesDirectory}/${plainWord(release)}`;
  return remoteScript(
    "start-puma",
    5 * 60_000,
    putFileFunction,
    restartPumaFunctions,
    putFile(rootFile(pumaUnitFile), pumaUnit),
    `
if [ "$(readlink ${currentLink})" != ${directory} ]; then
  echo "${release} is not the current release" >&2
  exit 1
fi
[ "$changed" = no ] || systemctl daemon-reload
systemctl -q enable puma.service
restart_puma_if_changed`,
  );
}

/** Puma on the socket only; TCP port 3000 refuses from then on. */
export function movePumaToSocket(): RemoteScript {
  return remoteScript(
    "move-puma-to-socket",
    5 * 60_000,
    putFileFunction,
    restartPumaFunctions,
    putFile(
      { path: environmentFiles.socket, mode: "600", owner: "root:root" },
      environmentText({ PUMA_BIND: `unix://${socketPath}` }),
    ),
    `
restart_puma_if_changed

# The way in before must be closed now.
if curl -s --noproxy '*' --max-time 5 -o /dev/null http://127.0.0.1:${pumaPort}/up; then
  echo "port ${pumaPort} still answers" >&2
  exit 1
fi`,
  );
}
