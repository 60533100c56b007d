import type { RemoteScript } from "../../ports/shell.ts";
import { expiryTimerFile } from "../expiry.ts";
import { currentLink, environmentFiles, identityFile, secretsDirectory, storageRoot } from "../paths.ts";
import { remoteScript } from "../script.ts";
import { probeFunctions } from "./functions.ts";

/**
 * Who a host is and what it shares: instance (by the metadata service), told (by the application's settings), machine
 * (digest of its id), ssh (fingerprint of its key, "none" without one), release, secret (digest of the key in Puma's
 * environment), secret_at ("memory" or "disk"), uploads (files in the application's own storage), own_end ("timer"
 * where the host would end itself, else "none").
 */
export function probeIdentity(): RemoteScript {
  return remoteScript(
    "probe-identity",
    60_000,
    probeFunctions,
    `
digest() { sha256sum | cut -c1-16; }
instance() {
  metadata=http://169.254.169.254/latest
  token=$(curl -s --noproxy '*' --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $metadata/api/token)
  curl -s --noproxy '*' --max-time 5 -H "X-aws-ec2-metadata-token: $token" $metadata/meta-data/instance-id
}
told() { sed -n 's/^INSTANCE_ID=//p' ${environmentFiles.app}; }
noted() { cut -d' ' -f1 ${identityFile}; }
machine() { digest </etc/machine-id; }
ssh_key() {
  if [ -e /etc/ssh/ssh_host_ed25519_key.pub ]; then digest </etc/ssh/ssh_host_ed25519_key.pub; else echo none; fi
}
release() { basename "$(readlink ${currentLink})"; }
# What Puma was started with is what counts, not what a file says now.
secret() {
  pid=$(systemctl show -p MainPID --value puma.service)
  tr '\\0' '\\n' <"/proc/$pid/environ" | sed -n 's/^SECRET_KEY_BASE=//p' | digest
}
secret_at() {
  if [ -L ${environmentFiles.secret} ] && [ "$(stat -f -c %T ${secretsDirectory})" = tmpfs ]; then echo memory; else echo disk; fi
}
uploads() { find ${storageRoot} -type f | wc -l; }
own_end() { if [ -e ${expiryTimerFile} ]; then echo timer; else echo none; fi; }

probe instance instance
probe told told
probe noted noted
probe machine machine
probe ssh ssh_key
probe release release
probe secret secret
probe secret_at secret_at
probe uploads uploads
probe own_end own_end`,
  );
}
