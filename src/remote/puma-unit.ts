import { appUser, currentLink, databasePath, environmentDirectory, sharedDirectory, storageRoot } from "./paths.ts";

const databaseDirectory = databasePath.slice(0, databasePath.lastIndexOf("/"));

/**
 * Puma's unit. What it binds comes from the environment, so TCP and socket differ in a file of settings only.
 * Everything it may not do is said here; each line was tried on a plain Debian 13 and in a container.
 */
export const pumaUnit = `[Unit]
Description=Puma for lecture05
After=network-online.target
Wants=network-online.target
# A crash loop ends as "failed" instead of going on for ever. Restarts by hand count too, so not too few.
StartLimitIntervalSec=300
StartLimitBurst=20

[Service]
# Puma says when it is ready, so "started" means that it answers.
Type=notify
User=${appUser}
Group=${appUser}
WorkingDirectory=${currentLink}
EnvironmentFile=${environmentDirectory}/*.env
Environment=HOME=${sharedDirectory}/home LC_ALL=C.UTF-8
ExecStart=/usr/bin/bundle exec puma -C config/puma.rb
Restart=on-failure
RestartSec=1
TimeoutStartSec=90
# Ruby 3.3 now and then never returns from closing Puma's listening socket (about 1 stop in 8), so waiting is bounded.
# The application's config/puma.rb ends such a process before that.
# Requests are short, because Nginx holds slow clients.
TimeoutStopSec=5
UMask=0077

# The socket's directory: Puma makes its socket 0777, so this directory's mode is what protects it.
RuntimeDirectory=lecture05
RuntimeDirectoryMode=0750
RuntimeDirectoryPreserve=restart

NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ReadWritePaths=${databaseDirectory} ${storageRoot} ${sharedDirectory}/tmp ${sharedDirectory}/log ${sharedDirectory}/home
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`;
