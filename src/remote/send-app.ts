import { createHash } from "node:crypto";
import type { RemoteScript } from "../ports/shell.ts";
import type { AppBundle } from "./bundle-app.ts";
import { incomingDirectory, releasesDirectory } from "./paths.ts";
import { hereDocument, remoteScript } from "./script.ts";
import { plainWord } from "./shell-quote.ts";

/** base64 makes 37 KB of it, which leaves room below the limits on a command for the rest of the script. */
const partBytes = 27_000;

/**
 * Carries the application to the host in pieces that fit into commands: until step s3 there is no bucket that it could
 * come from, and no port of the host is open. The last piece puts them together.
 */
export function sendApp({ base64, ...names }: AppBundle): RemoteScript[] {
  const [release, sha256] = [plainWord(names.release), plainWord(names.sha256)];
  const archive = Buffer.from(base64, "base64");
  const count = Math.max(1, Math.ceil(archive.length / partBytes));
  return Array.from({ length: count }, (_, index) => {
    const part = archive.subarray(index * partBytes, (index + 1) * partBytes);
    const last = index === count - 1;
    const pieces = [receive(release, part, index + 1, count), ...(last ? [unpack(release, sha256)] : [])];
    return remoteScript(`send-app-${index + 1}-of-${count}`, 2 * 60_000, ...pieces);
  });
}

function receive(release: string, part: Buffer, number: number, count: number): string {
  const directory = `${incomingDirectory}/${release}`;
  const file = `${directory}/part-${String(number).padStart(3, "0")}`;
  const sha256 = createHash("sha256").update(part).digest("hex");
  const lines = part.toString("base64").replaceAll(/.{76}/g, "$&\n");
  return `
# Part ${number} of ${count} of the application's archive.
if [ -e ${releasesDirectory}/${release} ]; then
  echo "unchanged: release ${release} is here"
  exit 0
fi
mkdir -p ${directory}
${hereDocument(`base64 -d >${file}.new`, lines, "END_OF_PART")}
# What arrived must be what was sent.
echo "${sha256}  ${file}.new" | sha256sum --check --quiet
mv ${file}.new ${file}
echo "received: part ${number} of ${count}"`;
}

const unpack = (release: string, sha256: string): string => `
cd ${incomingDirectory}/${release}
cat part-??? >app.tar.gz
echo "${sha256}  app.tar.gz" | sha256sum --check --quiet
rm -rf ${releasesDirectory}/${release}.new
mkdir ${releasesDirectory}/${release}.new
tar -xzf app.tar.gz -C ${releasesDirectory}/${release}.new --no-same-owner
mv ${releasesDirectory}/${release}.new ${releasesDirectory}/${release}
cd /
rm -rf ${incomingDirectory}/${release}
echo "unpacked: release ${release}"`;
