import type { RemoteScript } from "../ports/shell.ts";
import { environmentText } from "./environment-file.ts";
import {
  shipLogsProgram,
  shipLogsService,
  shipLogsServiceText,
  shipLogsText,
  shipLogsTimer,
  shipLogsTimerText,
} from "./log-shipping.ts";
import { environmentFiles } from "./paths.ts";
import { putFile, putFileFunction } from "./put-file.ts";
import { restartPumaFunctions } from "./restart-puma.ts";
import { remoteScript } from "./script.ts";
import { startServiceFunction } from "./start-service.ts";

const start = `
restart_puma_if_changed

systemctl daemon-reload
systemctl -q enable --now ${shipLogsTimer}

# Once now, to see that it works. The role's new rights take a moment to be known everywhere.
start_service ${shipLogsService}
echo "shipped: logs"`;

/** Pictures go to the bucket instead of the host's disk, and logs follow every five minutes. Keys come from the role. */
export function configureS3({ bucket, region }: { readonly bucket: string; readonly region: string }): RemoteScript {
  const system = (path: string, mode: string) => ({ path, mode, owner: "root:root" });
  return remoteScript(
    "configure-s3",
    8 * 60_000,
    putFileFunction,
    restartPumaFunctions,
    startServiceFunction,
    putFile(
      { path: environmentFiles.s3, mode: "600", owner: "root:root" },
      environmentText({ ACTIVE_STORAGE_SERVICE: "amazon", S3_BUCKET: bucket, AWS_REGION: region }),
    ),
    "mkdir -p /usr/local/lib/lecture05",
    putFile(system(shipLogsProgram, "755"), shipLogsText),
    putFile(system(`/etc/systemd/system/${shipLogsService}`, "644"), shipLogsServiceText),
    putFile(system(`/etc/systemd/system/${shipLogsTimer}`, "644"), shipLogsTimerText),
    start,
  );
}
