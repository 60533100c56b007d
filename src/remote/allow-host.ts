import type { RemoteScript } from "../ports/shell.ts";
import { environmentText } from "./environment-file.ts";
import { environmentFiles } from "./paths.ts";
import { putFile, putFileFunction } from "./put-file.ts";
import { restartPumaFunctions } from "./restart-puma.ts";
import { remoteScript } from "./script.ts";

/**
 * Rails answers to the load balancer's name only, so a forged Host header gets nowhere. /up is exempt in the
 * application: health checks come with the target's address as their Host. With a certificate its names are allowed, too,
 * and Rails wants https: the load balancer says by X-Forwarded-Proto how a visitor came.
 */
export function allowHost(
  hostName: string,
  certificateNames?: readonly string[],
  { addresses = [] }: { readonly addresses?: readonly string[] } = {},
): RemoteScript {
  // Addresses that stay what they are, are opened by themselves.
  const names = [hostName.toLowerCase(), ...(certificateNames ?? []).map(railsHost), ...addresses];
  return remoteScript(
    "allow-host",
    5 * 60_000,
    putFileFunction,
    restartPumaFunctions,
    putFile(
      { path: environmentFiles.loadBalancer, mode: "600", owner: "root:root" },
      environmentText({
        APP_HOSTS: [...new Set(names)].join(","),
        ...(certificateNames ? { FORCE_SSL: "1" } : {}),
      }),
    ),
    "restart_puma_if_changed",
  );
}

/** Rails writes "*.example.com" as ".example.com". */
const railsHost = (name: string): string => name.replace(/^\*\./, ".");
