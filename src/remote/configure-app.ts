import type { RemoteScript } from "../ports/shell.ts";
import { environmentText } from "./environment-file.ts";
import { databasePath, environmentFiles, logShipState, pumaPort, storageRoot } from "./paths.ts";
import { putFileFunction } from "./put-file.ts";
import { remoteScript } from "./script.ts";
import { plainWord } from "./shell-quote.ts";

const secret = `
# The secret that signs cookies is made here, once, and never leaves the host.
if [ -s ${environmentFiles.secret} ]; then
  echo "unchanged: ${environmentFiles.secret}"
else
  echo "SECRET_KEY_BASE=$(openssl rand -hex 64)" | put_file ${environmentFiles.secret} 600 root:root
fi`;

const place = `
# Which host and zone this is: shown on every page. The metadata service wants a token first (IMDSv2).
metadata=http://169.254.169.254/latest
token=$(curl -fs --noproxy '*' --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' \\
  $metadata/api/token) || token=
ask() { curl -fsS --noproxy '*' --max-time 5 -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }
if [ -n "$token" ]; then
  host=$(ask instance-id)
  zone=$(ask placement/availability-zone)
  region=$(ask placement/region)
else
  # Not on EC2, e.g. when these scripts are tried in a container.
  host=$(hostname)
  zone=none
  region=none
fi`;

const settings = (release: string): string => `
put_file ${environmentFiles.app} 600 root:root <<END
${environmentText({
  RAILS_ENV: "production",
  APP_RELEASE: release,
  DATABASE_PATH: databasePath,
  ACTIVE_STORAGE_ROOT: storageRoot,
  ACTIVE_STORAGE_SERVICE: "local",
  LOG_SHIP_STATE: logShipState,
  PUMA_BIND: `tcp://127.0.0.1:${pumaPort}`,
  RAILS_MAX_THREADS: "3",
  WEB_CONCURRENCY: "0",
  SERVE_STATIC: "1",
})}HOST_NAME=$host
INSTANCE_ID=$host
AVAILABILITY_ZONE=$zone
AWS_REGION=$region
END`;

/** The application's settings, as far as the puma step has a say; later steps add files that win over this one. */
export function configureApp(release: string): RemoteScript {
  return remoteScript("configure-app", 2 * 60_000, putFileFunction, secret, place, settings(plainWord(release)));
}
