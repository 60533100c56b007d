/** Files of the host image. */

/**
 * PID 1 until systemd takes over. The helper that sets the packet filter adds the route to the metadata service last,
 * so waiting for the route means that nothing of a host runs, or can be reached, before its filter stands.
 */
export const bootScript = `#!/bin/sh
# On a cgroup v2 engine the tree arrives read-only, and systemd needs to write in it.
mount -o remount,rw /sys/fs/cgroup 2>/dev/null || true
until ip route show 169.254.169.254 2>/dev/null | grep -q via; do sleep 0.05; done
exec /sbin/init
`;

/** Stands in for the agent: the sandbox runs commands itself, while the unit's state says whether the agent is there. */
export const agentScript = `#!/bin/sh
case "\${1:-}" in
  -version | --version) echo "SSM Agent version: 3.3.0.0"; exit 0 ;;
esac
exec sleep infinity
`;

export const agentUnit = `[Unit]
Description=amazon-ssm-agent (sandbox)
After=network.target

[Service]
ExecStart=/usr/bin/amazon-ssm-agent
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
`;

/** As cloud-init does it: once per instance id, so that a clone made from an image runs its own. */
export const userDataScript = `#!/bin/sh
id=$(cat /var/lib/cloud/data/instance-id) || exit 0
instance=/var/lib/cloud/instances/$id
ln -sfn "$instance" /var/lib/cloud/instance
if [ ! -s "$instance/user-data.txt" ] || [ -e "$instance/sem/config_scripts_user" ]; then exit 0; fi
mkdir -p "$instance/sem" "$instance/scripts"
: > "$instance/sem/config_scripts_user"
cp "$instance/user-data.txt" "$instance/scripts/part-001"
chmod 700 "$instance/scripts/part-001"
if [ "$(head -c 2 "$instance/scripts/part-001")" = '#!' ]; then
  "$instance/scripts/part-001"
else
  sh "$instance/scripts/part-001"
fi
status=$?
date > "$instance/boot-finished"
exit $status
`;

export const userDataUnit = `[Unit]
Description=Run user data on the first boot (sandbox)
ConditionPathExists=/var/lib/cloud/data/instance-id
After=systemd-user-sessions.service

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=0
KillMode=process
ExecStart=/usr/lib/lecture05/run-user-data
Environment=HOME=/root
StandardOutput=append:/var/log/cloud-init-output.log
StandardError=append:/var/log/cloud-init-output.log

[Install]
WantedBy=multi-user.target
`;
