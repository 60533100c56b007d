import { expiryTimer } from "./expiry.ts";

/**
 * First boot of a plain Debian image: installs the SSM agent, without which nothing reaches the host, for there is
 * neither SSH nor a key pair. Where the agent is there already, nothing happens.
 */
export function userData(expiresAt?: string): string {
  return `#!/bin/sh
set -eu
export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${expiresAt === undefined ? "" : `\n# First of all, so that it comes to its end whatever else fails.\n${expiryTimer(expiresAt)}\n\n`}command -v amazon-ssm-agent >/dev/null && exit 0

# Tries a command for five minutes: the network may come up after this script.
patiently() {
  deadline=$(($(date +%s) + 300))
  until "$@"; do
    [ "$(date +%s)" -lt "$deadline" ] || { echo "gave up: $*" >&2; exit 1; }
    sleep 3
  done
}

download() {
  if command -v curl >/dev/null; then curl -fsS --max-time 120 -o "$2" "$1"; else wget -q -T 120 -O "$2" "$1"; fi
}

find_region() {
  metadata=http://169.254.169.254/latest
  if command -v curl >/dev/null; then
    token=$(curl -fsS --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' $metadata/api/token) &&
      region=$(curl -fsS --max-time 5 -H "X-aws-ec2-metadata-token: $token" $metadata/meta-data/placement/region) &&
      domain=$(curl -fsS --max-time 5 -H "X-aws-ec2-metadata-token: $token" $metadata/meta-data/services/domain)
  else
    # cloud-init has asked already.
    region=$(cloud-init query region)
  fi
  [ -n "$region" ]
}

domain=
patiently find_region
# Each partition of AWS has a domain of its own. The metadata service knows it; without it the region's name tells.
if [ -z "$domain" ]; then
  case "$region" in
    cn-*) domain=amazonaws.com.cn ;;
    eusc-*) domain=amazonaws.eu ;;
    us-iso-*) domain=c2s.ic.gov ;;
    us-isob-*) domain=sc2s.sgov.gov ;;
    *) domain=amazonaws.com ;;
  esac
fi

# https://docs.aws.amazon.com/systems-manager/latest/userguide/agent-install-deb.html
architecture=$(dpkg --print-architecture)
package=/var/tmp/amazon-ssm-agent.deb
patiently download \\
  "https://s3.$region.$domain/amazon-ssm-$region/latest/debian_$architecture/amazon-ssm-agent.deb" "$package"
# The first boot's own updates may hold the locks.
DEBIAN_FRONTEND=noninteractive patiently apt-get -q -y -o DPkg::Lock::Timeout=120 install "$package"
rm -f "$package"
systemctl enable --now amazon-ssm-agent.service
`;
}
