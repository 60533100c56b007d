import type { DatabaseSpec } from "../database-runtime.ts";
import type { ContainerFile } from "./streams.ts";

/** Files of the database image, and those that each database's container gets before it starts. */

export const databaseBoot = "/usr/lib/lecture05/database";
/** System tables of a database that nobody has used yet. */
export const databaseTemplate = "/usr/lib/lecture05/database-template";
/** Where the volume with the storage is; the tables are in `data` below it. */
export const databaseStorage = "/var/lib/lecture05-database";

const configuration = "/etc/mysql/lecture05.cnf";
const firstStatements = "/etc/mysql/first.sql";
const tlsDirectory = "/etc/mysql/tls";
export const databaseSocket = "/run/mysqld/mysqld.sock";

/**
 * MariaDB as PID 1. As for hosts, nothing is opened before the packet filter stands. Storage that was never used is
 * prepared beside its place, so what stands there is whole, whenever the machine goes down.
 */
export const databaseBootScript = `#!/bin/sh
set -eu
until ip route show 169.254.169.254 2> /dev/null | grep -q via; do sleep 0.05; done
cd ${databaseStorage}
chown mysql:mysql . ${tlsDirectory}/*
if [ ! -e data ]; then
  rm -rf data.new
  cp -a ${databaseTemplate} data.new
  mariadbd --defaults-file=${configuration} --datadir=${databaseStorage}/data.new --bootstrap < ${firstStatements}
  sync
  mv data.new data
fi
rm -f ${firstStatements}
exec mariadbd --defaults-file=${configuration}
`;

/** What RDS gives its master user of MySQL, short of what MariaDB has other names for. */
const masterPrivileges =
  "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, " +
  "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, BINLOG MONITOR, CREATE VIEW, SHOW VIEW, " +
  "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER";

export function databaseFiles(database: DatabaseSpec): ContainerFile[] {
  const secret = (path: string, content: string): ContainerFile => ({ path, content, mode: 0o600 });
  const { certificate, privateKey, authority } = database.tls;
  return [
    { path: configuration, content: databaseConfiguration(database), mode: 0o644 },
    secret(firstStatements, statementsFor(database)),
    secret(`${tlsDirectory}/server.pem`, certificate),
    secret(`${tlsDirectory}/server.key`, privateKey),
    secret(`${tlsDirectory}/authority.pem`, authority),
  ];
}

/** MySQL 8.4's defaults on RDS where MariaDB's differ, and little memory: the machine has other work. */
export function databaseConfiguration({ port, maxConnections }: DatabaseSpec): string {
  return `[mariadbd]
user = mysql
datadir = ${databaseStorage}/data
socket = ${databaseSocket}
pid-file = /run/mysqld/mysqld.pid
bind-address = 0.0.0.0
port = ${port}
skip-name-resolve
max_connections = ${maxConnections}
character-set-server = utf8mb4
collation-server = utf8mb4_0900_ai_ci
sql_mode = ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION
default-time-zone = +00:00
max_allowed_packet = 64M
event_scheduler = ON
innodb_snapshot_isolation = OFF
innodb_buffer_pool_size = 64M
innodb_log_file_size = 32M
key_buffer_size = 8M
aria_pagecache_buffer_size = 8M
performance_schema = OFF
tls_version = TLSv1.2,TLSv1.3
ssl-cert = ${tlsDirectory}/server.pem
ssl-key = ${tlsDirectory}/server.key
ssl-ca = ${tlsDirectory}/authority.pem
`;
}

/** Names are RDS's: letters, digits and underscores. Run without the tables of privileges, until they are read. */
function statementsFor({ first: { user, databaseName } }: DatabaseSpec): string {
  const account = `\`${user.name}\`@\`%\``;
  return [
    "DELETE FROM mysql.global_priv WHERE User = ''",
    "FLUSH PRIVILEGES",
    `CREATE USER ${account} IDENTIFIED BY PASSWORD '${user.passwordHash}'`,
    `GRANT ${masterPrivileges} ON *.* TO ${account} WITH GRANT OPTION`,
    ...(databaseName === undefined ? [] : [`CREATE DATABASE \`${databaseName}\``]),
    "",
  ].join(";\n");
}

export const passwordStatement = (name: string, passwordHash: string): string =>
  `ALTER USER \`${name}\`@\`%\` IDENTIFIED BY PASSWORD '${passwordHash}';\n`;
