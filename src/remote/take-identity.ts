import {
  currentLink,
  databasePath,
  databaseTemplate,
  environmentDirectory,
  environmentFiles,
  identityFile,
  identityService,
  incomingDirectory,
  logShipState,
  pumaMark,
  pumaUnitFile,
  secretsDirectory,
  sharedDirectory,
  storageRoot,
} from "./paths.ts";
import { expiryTimerFile, removeExpiryTimer } from "./expiry.ts";
import { readParameterFunction } from "./read-parameter.ts";

export const identityProgram = "/usr/local/lib/lecture05/take-identity";

/** Names of the parameters that the hosts read by themselves. */
export interface SharedSecrets {
  readonly secretName: string;
  readonly passwordName: string;
}

/**
 * Runs at each boot before anything serves. On the host that an image is made of nothing changes. A copy of its disk
 * becomes a host of its own: what belongs to the other one goes (machine id, SSH keys, logs, uploads, the agent's
 * registration), what says who it is comes from the metadata service.
 */
export const identityProgramText = ({ secretName, passwordName }: SharedSecrets): string => `#!/bin/sh
# Makes a copied disk a host of its own, and fetches what all hosts share. From ${identityService}.
set -eu
export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

metadata=http://169.254.169.254/latest
ask() { curl -fsS --noproxy '*' --max-time 5 -H "X-aws-ec2-metadata-token: $token" "$metadata/$1"; }

# Tries for two minutes: the network may come up after this host.
patiently() {
  deadline=$(($(date +%s) + 120))
  until "$@"; do
    [ "$(date +%s)" -lt "$deadline" ] || { echo "gave up: $1" >&2; exit 1; }
    sleep 0.5
  done
}

know_place() {
  token=$(curl -fsS --noproxy '*' --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' \\
    "$metadata/api/token") &&
    instance=$(ask meta-data/instance-id) &&
    zone=$(ask meta-data/placement/availability-zone) &&
    region=$(ask meta-data/placement/region)
}

leave_the_other_behind() {
  # It may have been given an end (--ttl) of its own. This one is ended by its group, which would replace it otherwise.
  if [ -e ${expiryTimerFile} ]; then
  ${removeExpiryTimer.replaceAll("\n", "\n  ")}
  fi
  rm -rf ${storageRoot}/* ${logShipState}/* ${incomingDirectory}/* ${sharedDirectory}/tmp/* ${sharedDirectory}/log/*
  find /tmp /var/tmp -mindepth 1 -maxdepth 1 ! -name 'systemd-private-*' -exec rm -rf {} +
  rm -f /root/.bash_history /root/.lesshst /home/*/.bash_history
  # Where the rows are in a database, the file that they came from is only a copy of visitors' data.
  if [ -e ${databaseTemplate} ]; then rm -f ${databasePath}*; fi
  # Its logs: what was rotated goes, what is open begins anew.
  find /var/log -type f \\( -name '*.gz' -o -name '*.[0-9]' -o -name '*.xz' \\) -delete
  find /var/log -type f ! -path '/var/log/journal/*' -exec truncate -s 0 {} +
  # SSM knows a host by what its agent keeps.
  rm -rf /var/lib/amazon/ssm/*
  if ls /etc/ssh/ssh_host_*_key >/dev/null 2>&1; then
    rm -f /etc/ssh/ssh_host_*
    ssh-keygen -A
  fi
  if [ "$(cat /etc/machine-id)" = "$known_machine" ]; then
    rm -f /etc/machine-id /var/lib/dbus/machine-id
    systemd-machine-id-setup
  fi
  # The journal lies in a directory of the machine's id.
  find /var/log/journal -mindepth 1 -maxdepth 1 ! -name "$(cat /etc/machine-id)" -exec rm -rf {} + 2>/dev/null || true
  systemctl try-restart systemd-journald.service
}

tell_the_application() {
  sed -i "s/^HOST_NAME=.*/HOST_NAME=$instance/; s/^INSTANCE_ID=.*/INSTANCE_ID=$instance/
    s/^AVAILABILITY_ZONE=.*/AVAILABILITY_ZONE=$zone/; s/^AWS_REGION=.*/AWS_REGION=$region/" ${environmentFiles.app}
}

${readParameterFunction}

patiently know_place
read -r known_instance known_machine 2>/dev/null <${identityFile} || true
if [ "\${known_instance:-}" != "$instance" ]; then
  if [ -n "\${known_instance:-}" ]; then
    leave_the_other_behind
    copied=yes
  fi
  tell_the_application
  echo "$instance $(cat /etc/machine-id)" >${identityFile}
  echo "this is $instance in $zone now"
fi

# In memory only: no image and no snapshot of this disk holds a secret.
umask 077
mkdir -p ${secretsDirectory}
secret=$(read_parameter ${secretName} "$region")
echo "SECRET_KEY_BASE=$secret" >${secretsDirectory}/secret-key-base.env
if [ -e ${databaseTemplate} ]; then
  password=$(read_parameter ${passwordName} "$region")
  while IFS= read -r line; do
    case $line in
      *@PASSWORD@*) printf '%s\\n' "\${line%%@PASSWORD@*}$password\${line#*@PASSWORD@}" ;;
      *) printf '%s\\n' "$line" ;;
    esac
  done <${databaseTemplate} >${secretsDirectory}/database.env
fi

# With these Puma starts now; scripts that look whether something changed need not restart it.
if [ "\${copied:-}" = yes ]; then
  {
    cat ${pumaUnitFile} ${environmentDirectory}/*.env
    readlink ${currentLink}
  } | sha256sum >${pumaMark}
fi
`;

export const identityUnitText = `[Unit]
Description=Make a copied disk a host of its own, and fetch what all hosts share
After=network-online.target
Wants=network-online.target
Before=puma.service nginx.service amazon-ssm-agent.service lecture05-ship-logs.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${identityProgram}
TimeoutStartSec=300

[Install]
WantedBy=multi-user.target
`;

/** What we add to Puma's unit: it does not serve under another host's name, or without the secret. */
export const pumaAddition = `[Unit]
Requires=${identityService}
After=${identityService}
`;
