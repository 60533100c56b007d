import { createHash } from "node:crypto";
import { rootCertificates } from "node:tls";
import { databaseBoot, databaseBootScript, databaseTemplate } from "./database-files.ts";
import { bootScript, agentScript, agentUnit, userDataScript, userDataUnit } from "./host-files.ts";
import type { AptMirrors } from "./machine-apt.ts";
import type { ContainerFile } from "./streams.ts";

export const debianRelease = "trixie";
export const debianTag = "13";

/** What the images take over from the machine on which they are built. */
export interface MachineFacts {
  /** The engine's architecture in Debian's words, e.g. amd64. */
  readonly architecture: string;
  readonly mirrors: AptMirrors;
  readonly aptSettings: readonly string[];
  /** PEM certificates. */
  readonly authorities: readonly string[];
  readonly proxies: Readonly<Record<string, string>>;
}

export interface ImageRecipe {
  readonly tag: string;
  readonly files: readonly ContainerFile[];
  readonly script: string;
  /** Dockerfile lines for the engine's commit. */
  readonly changes: readonly string[];
}

export interface Recipes {
  readonly baseTag: string;
  readonly host: ImageRecipe;
  readonly appliance: ImageRecipe;
  /** Built when the first database is made. */
  readonly database: ImageRecipe;
}

/** What Debian's cloud image has and the steps lean on, plus an init. */
const hostPackages =
  "systemd systemd-sysv dbus init-system-helpers ca-certificates curl openssl tzdata netbase iproute2 iputils-ping procps";
const appliancePackages = "haproxy nftables socat";

const install = (packages: string): string => `
export DEBIAN_FRONTEND=noninteractive
# Nothing starts while packages are being installed: there is no init in here.
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get -q -o Acquire::Retries=3 update
apt-get -q -y --no-install-recommends dist-upgrade
apt-get -q -y --no-install-recommends install ${packages}
rm -f /usr/sbin/policy-rc.d
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/ldconfig/aux-cache
find /var/log -type f -delete
`;

const hostScript = `set -eu
. /etc/os-release
if [ "$VERSION_CODENAME" != ${debianRelease} ]; then
  echo "The base image is $VERSION_CODENAME, not ${debianRelease}" >&2
  exit 1
fi
find /etc/apt/sources.list.d -type f ! -name lecture05.sources -delete
rm -f /etc/apt/sources.list /etc/apt/apt.conf.d/docker-*
if [ -s /usr/lib/lecture05/first-bundle.pem ] && [ ! -s /etc/ssl/certs/ca-certificates.crt ]; then
  mkdir -p /etc/ssl/certs
  cp /usr/lib/lecture05/first-bundle.pem /etc/ssl/certs/ca-certificates.crt
fi
rm -f /usr/lib/lecture05/first-bundle.pem
${install(hostPackages)}
update-ca-certificates
systemctl enable amazon-ssm-agent.service cloud-final.service
# They take apt's lock at a random time, and there is no hardware to look after.
systemctl mask apt-daily.timer apt-daily-upgrade.timer fstrim.timer e2scrub_all.timer
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
`;

const applianceScript = `set -eu
${install(appliancePackages)}
systemctl disable haproxy.service nftables.service
mkdir -p /run/haproxy
`;

const databaseScript = `set -eu
${install("mariadb-server")}
systemctl disable mariadb.service
rm -rf /var/lib/mysql
mkdir -p ${databaseTemplate} /run/mysqld
chown mysql:mysql /run/mysqld
# Once for all databases: each begins with a copy.
mariadb-install-db --user=mysql --datadir=${databaseTemplate} --innodb-log-file-size=32M --skip-test-db --skip-name-resolve \
  --auth-root-authentication-method=socket > /dev/null
`;

/** The images' recipes. Their tags are hashes of all that goes in, so that a changed recipe is built anew. */
export function recipesFor(machine: MachineFacts): Recipes {
  const files = hostFiles(machine);
  const hostHash = hashOf([machine.architecture, debianRelease, hostScript, files]);
  const applianceHash = hashOf([hostHash, applianceScript]);
  const database = [{ path: databaseBoot, content: databaseBootScript, mode: 0o755 }];
  return {
    baseTag: `lecture05/base:${debianRelease}-${hashOf([machine.architecture, machine.mirrors.main])}`,
    host: {
      tag: `lecture05/host:${hostHash}`,
      files,
      script: hostScript,
      changes: [
        "ENV container=docker",
        'CMD ["/usr/lib/lecture05/boot"]',
        "LABEL lecture05.image=host lecture05.build=done",
      ],
    },
    appliance: {
      tag: `lecture05/appliance:${applianceHash}`,
      files: [],
      script: applianceScript,
      changes: ['CMD ["sh"]', "LABEL lecture05.image=appliance lecture05.build=done"],
    },
    database: {
      tag: `lecture05/database:${hashOf([hostHash, databaseScript, database])}`,
      files: database,
      script: databaseScript,
      changes: [`CMD ["${databaseBoot}"]`, "LABEL lecture05.image=database lecture05.build=done"],
    },
  };
}

function hostFiles(machine: MachineFacts): ContainerFile[] {
  const { mirrors, authorities } = machine;
  const plain = (path: string, content: string): ContainerFile => ({ path, content, mode: 0o644 });
  const program = (path: string, content: string): ContainerFile => ({ path, content, mode: 0o755 });
  return [
    plain("/etc/apt/sources.list.d/lecture05.sources", aptSources(mirrors)),
    plain("/etc/apt/apt.conf.d/90lecture05", aptConfiguration(machine)),
    // A host's disk is thrown away: waiting for it at each package would only cost time.
    plain("/etc/dpkg/dpkg.cfg.d/lecture05", "force-unsafe-io\n"),
    ...authorities.map((pem, index) =>
      plain(`/usr/local/share/ca-certificates/lecture05-${index + 1}.crt`, `${pem}\n`),
    ),
    // A mirror on HTTPS has to be trusted before ca-certificates can come from it.
    plain("/usr/lib/lecture05/first-bundle.pem", firstBundle(machine)),
    program("/usr/lib/lecture05/boot", bootScript),
    program("/usr/lib/lecture05/run-user-data", userDataScript),
    program("/usr/bin/amazon-ssm-agent", agentScript),
    plain("/etc/systemd/system/cloud-final.service", userDataUnit),
    plain("/etc/systemd/system/amazon-ssm-agent.service", agentUnit),
  ];
}

function firstBundle({ mirrors, authorities }: MachineFacts): string {
  return mirrors.main.startsWith("https:") ? `${[...rootCertificates, ...authorities].join("\n")}\n` : "";
}

function aptSources({ main, security }: AptMirrors): string {
  const stanza = (uri: string, suites: string): string =>
    `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`;
  return [
    stanza(main, `${debianRelease} ${debianRelease}-updates`),
    ...(security ? [stanza(security, `${debianRelease}-security`)] : []),
  ].join("\n");
}

function aptConfiguration({ aptSettings, proxies }: MachineFacts): string {
  const proxyLines = (["http", "https"] as const).flatMap((scheme) => {
    const proxy = proxies[`${scheme}_proxy`];
    const set = aptSettings.some((line) => line.startsWith(`Acquire::${scheme}::Proxy `));
    return proxy && !set ? [`Acquire::${scheme}::Proxy "${proxy}";`] : [];
  });
  return `${['Acquire::Languages "none";', ...aptSettings, ...proxyLines].join("\n")}\n`;
}

function hashOf(parts: unknown): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
