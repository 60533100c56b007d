import type { RemoteScript } from "../ports/shell.ts";
import { databaseTemplate, environmentFiles, identityService, secretsDirectory } from "./paths.ts";
import { putFile, putFileFunction } from "./put-file.ts";
import { restartPumaFunctions } from "./restart-puma.ts";
import { remoteScript } from "./script.ts";
import {
  identityProgram,
  identityProgramText,
  identityUnitText,
  pumaAddition,
  type SharedSecrets,
} from "./take-identity.ts";

const additionFile = "/etc/systemd/system/puma.service.d/lecture05-identity.conf";
const parameterName = /^\/[\w./-]+$/;

/**
 * Makes a host one whose disk may be copied: the secret that signs cookies comes from Parameter Store into memory and is
 * no longer on the disk, and whatever starts from a copy becomes a host of its own before it serves.
 */
export function prepareImage(secrets: SharedSecrets): RemoteScript {
  for (const name of Object.values(secrets)) {
    if (!parameterName.test(name)) throw new RangeError(`not a parameter's name: ${name}`);
  }
  const unitFile = `/etc/systemd/system/${identityService}`;
  return remoteScript(
    "prepare-image",
    5 * 60_000,
    putFileFunction,
    restartPumaFunctions,
    `install -d -m 755 ${identityProgram.replace(/\/[^/]*$/, "")} ${additionFile.replace(/\/[^/]*$/, "")}`,
    putFile({ path: identityProgram, mode: "755", owner: "root:root" }, identityProgramText(secrets)),
    putFile({ path: unitFile, mode: "644", owner: "root:root" }, identityUnitText),
    putFile({ path: additionFile, mode: "644", owner: "root:root" }, pumaAddition),
    `
# The address of the database stays on the disk, its password does not.
if [ -e ${environmentFiles.database} ]; then
  sed 's/^\\(DATABASE_URL="[a-z0-9]*:\\/\\/[^:@]*:\\)[^@]*@/\\1@PASSWORD@@/' ${environmentFiles.database} |
    put_file ${databaseTemplate} 600 root:root
  if ! grep -q '@PASSWORD@' ${databaseTemplate}; then
    echo "${environmentFiles.database} names no password" >&2
    exit 1
  fi
fi
systemctl daemon-reload
systemctl -q enable ${identityService}
# Not by its unit: Puma, which needs that, would be restarted with it.
${identityProgram}

# in_memory FILE NAME: a link in the place of a file with a secret, once the secret lies in memory.
in_memory() {
  if [ -L "$1" ]; then
    echo "unchanged: $1"
  else
    ln -sfn ${secretsDirectory}/"$2" "$1.new"
    ln -f "$1" "$1.old"
    mv -f "$1.new" "$1"
    # A snapshot has deleted files' blocks, too.
    shred -u "$1.old"
    echo "written: $1"
  fi
}
in_memory ${environmentFiles.secret} secret-key-base.env
[ ! -e ${databaseTemplate} ] || in_memory ${environmentFiles.database} database.env
restart_puma_if_changed

# An image of a running host holds what has reached the disk.
sync`,
  );
}
