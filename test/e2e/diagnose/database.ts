import {
  awaitCrash,
  database,
  restartAnyhow,
  restartPuma,
  setVariable,
  unitFile,
  type Provocation,
} from "./provocation.ts";

const directory = "/var/lib/lecture05/database";
const keep = `systemctl stop puma && cp -a ${directory} /root/database-kept`;
const putBack = `systemctl stop puma; rm -rf ${directory} && mv /root/database-kept ${directory} && ${restartPuma}`;

export const databaseProvocations: readonly Provocation[] = [
  {
    layer: "database",
    code: "DATABASE_NOT_MIGRATED",
    what: "the tables were never made",
    row: 11,
    breakIt: `${keep} && rm ${database}* && runuser -u app -- sqlite3 ${database} 'CREATE TABLE other (id INTEGER)' && systemctl start puma`,
    tidy: putBack,
  },
  {
    layer: "database",
    code: "DATABASE_TABLE_MISSING",
    what: "a table was renamed by hand",
    row: 11,
    breakIt: `runuser -u app -- sqlite3 ${database} 'ALTER TABLE fruits RENAME TO elsewhere'`,
    restore: `runuser -u app -- sqlite3 ${database} 'ALTER TABLE elsewhere RENAME TO fruits'`,
  },
  {
    layer: "database",
    code: "DATABASE_READ_ONLY",
    what: "the file belongs to root",
    row: 14,
    breakIt: `chown root:root ${database} && chmod 644 ${database}`,
  },
  {
    layer: "database",
    code: "DATABASE_READ_ONLY",
    what: "the file may be written, its directory may not",
    row: 14,
    breakIt: `chown root:app ${directory} && chmod 750 ${directory}`,
  },
  {
    layer: "database",
    code: "DATABASE_PROTECTED",
    what: "the unit itself forbids to write there",
    row: 14,
    breakIt: `sed -i 's|^ReadWritePaths=${directory} |ReadWritePaths=|' ${unitFile} && ${restartPuma}`,
  },
  {
    layer: "database",
    code: "DATABASE_ELSEWHERE",
    what: "the application silently uses another database",
    row: 29,
    breakIt: `${setVariable("10-app.env", "DATABASE_PATH", "/var/lib/lecture05/tmp/other.sqlite3")} && ${restartPuma}`,
    tidy: "rm -f /var/lib/lecture05/tmp/other.sqlite3*",
  },
  {
    layer: "database",
    code: "DATABASE_MISSING",
    what: "the database's directory is gone, so that the unit does not start",
    breakIt: `systemctl stop puma && mv ${directory} /root/database-kept && ${restartAnyhow}; ${awaitCrash}`,
    restore: putBack,
  },
  {
    layer: "database",
    code: "DATABASE_CORRUPT",
    what: "the file is damaged",
    breakIt: `${keep} && rm -f ${database}-* && head -c 8192 /dev/urandom > ${database} && systemctl start puma`,
    restore: putBack,
  },
  {
    layer: "database",
    code: "DATABASE_LOCKED",
    what: "another program holds the lock",
    breakIt: `systemd-run -q --unit=rogue --uid=app sh -c '(echo "BEGIN EXCLUSIVE;"; sleep 600) | sqlite3 ${database}'; sleep 0.7`,
    restore: "systemctl stop rogue",
  },
];
