import type { RemoteScript } from "../ports/shell.ts";
import { environmentText } from "./environment-file.ts";
import { environmentFiles } from "./paths.ts";
import { putFile, putFileFunction } from "./put-file.ts";
import { restartPumaFunctions } from "./restart-puma.ts";
import { remoteScript } from "./script.ts";

/**
 * Rails answers to the load balancer's name only, so a forged Host header gets nowhere. /up is exempt in the
 * application: health checks come with the target's address as their Host.
 */
export function allowHost(hostName: string): RemoteScript {
  return remoteScript(
    "allow-host",
    5 * 60_000,
    putFileFunction,
    restartPumaFunctions,
    putFile(
      { path: environmentFiles.loadBalancer, mode: "600", owner: "root:root" },
      environmentText({ APP_HOSTS: hostName.toLowerCase() }),
    ),
    "restart_puma_if_changed",
  );
}
