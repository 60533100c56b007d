import { appUser, currentLink, databasePath, environmentDirectory } from "../../remote/paths.ts";
import type { HostFacts } from "../host-facts.ts";
import { rdsFaults } from "./rds.ts";
import {
  evidence,
  applyStep,
  automatic,
  byHand,
  inHost,
  onHost,
  printed,
  type Diagnosis,
  type Layer,
} from "../layer.ts";
import { hasReached } from "../facts.ts";
import { unit } from "../puma-facts.ts";

const directory = databasePath.slice(0, databasePath.lastIndexOf("/"));
const pathOf = (facts: HostFacts): string => facts.value("env", "DATABASE_PATH") || databasePath;

/** A command of the application, with its environment and as its user. */
const asApp = (command: string): string =>
  `cd ${currentLink} && set -a && for file in ${environmentDirectory}/*.env; do . "$file"; done && runuser -u ${appUser} -- ${command}`;

const exists = (facts: HostFacts): boolean => facts.exitCode("database.file") === 0;

const pending = (facts: HostFacts): string[] =>
  facts.lines("database.migrations").filter((version) => !facts.lines("database.versions").includes(version));

/** The SQLite file: the right one, readable, writable, whole, free, and with all tables. */
const sqliteFaults: readonly Diagnosis[] = [
  {
    code: "DATABASE_ELSEWHERE",
    logLines: ["Could not find table 'fruits'", "SQLite3::CantOpenException: unable to open database file"],
    cause: {
      en: "The application uses another database than the one that was set up: {path}. It works, silently, with other data or none",
      ja: "アプリケーションが想定と異なるデータベースを使用しています: {path}。エラーにならないまま、別の (または空の) データを見ています",
    },
    fix: automatic(applyStep("puma")),
    find: inHost((facts) => {
      const path = facts.value("env", "DATABASE_PATH");
      if (facts.lines("env").length === 0 || path === databasePath) return undefined;
      const shown = path || "the application's own default";
      return {
        evidence: [evidence("cat /etc/lecture05/env.d/*.env", `DATABASE_PATH=${path ?? ""}`, shown)],
        values: { path: shown },
      };
    }),
  },
  {
    code: "DATABASE_MISSING",
    raises:
      /mount namespacing: \/var\/lib\/lecture05\/database|unable to open database|no such table|Could not find table|NoDatabaseError|PendingMigration/i,
    logLines: [
      "SQLite3::CantOpenException: unable to open database file",
      "ActiveRecord::NoDatabaseError",
      "puma.service: Failed to set up mount namespacing: /var/lib/lecture05/database: No such file or directory",
    ],
    cause: {
      en: "The database's file {path} is not there",
      ja: "データベースファイル {path} が存在しません",
    },
    // An empty one is soon made; but the data may only lie elsewhere.
    fix: printed(onHost(`ls -la ${directory}`), onHost(asApp("bundle exec rails db:prepare"))),
    find: inHost((facts) => {
      if (facts.exitCode("database.file") === undefined || facts.find("database.file", / \S*sqlite3$/))
        return undefined;
      const path = pathOf(facts);
      return {
        evidence: [evidence(`stat ${path}`, facts.text("database.file"), "No such file or directory")],
        values: { path },
      };
    }),
  },
  {
    code: "DATABASE_READ_ONLY",
    raises: /ReadOnlyException|readonly database|unable to open database/i,
    logLines: [
      "SQLite3::ReadOnlyException: attempt to write a readonly database",
      "ActiveRecord::StatementInvalid (SQLite3::ReadOnlyException: attempt to write a readonly database)",
    ],
    cause: {
      en: `{what} cannot be written by ${appUser}, so pages can be read but no form can be saved. SQLite writes beside the file too, so its directory counts as well`,
      ja: `{what} に ${appUser} ユーザーが書き込めません。表示はできても保存ができません。SQLite は同じディレクトリにも書き込むため、ディレクトリの権限も必要です`,
    },
    fix: automatic(onHost(`chown -R ${appUser}:${appUser} ${directory} && chmod -R u+rwX ${directory}`)),
    find: inHost((facts) => {
      const line = facts.find("database.write", /^not-writable /);
      if (!line || !exists(facts)) return undefined;
      const what = line.replace("not-writable ", "");
      const stat = facts.lines("database.file").find((candidate) => candidate.endsWith(` ${what}`)) ?? "";
      const log = facts.find("form.log", /readonly/i);
      return {
        evidence: [
          evidence(`stat ${what}`, stat, `not writable for ${appUser}`),
          ...(log ? [evidence("journalctl -u puma.service", log.replace(/^\[[^\]]*\] ?/, ""))] : []),
        ],
        values: { what },
      };
    }),
  },
  {
    code: "DATABASE_PROTECTED",
    raises: /ReadOnlyException|readonly database/i,
    logLines: ["SQLite3::ReadOnlyException: attempt to write a readonly database (although the file's mode is right)"],
    cause: {
      en: "The unit itself forbids Puma to write there: ProtectSystem={protect}, and ReadWritePaths does not name {directory}",
      ja: "ユニットの設定により Puma が書き込めません: ProtectSystem={protect}、ReadWritePaths に {directory} がありません",
    },
    fix: automatic(applyStep("puma")),
    find: inHost((facts) => {
      const protect = unit(facts, "ProtectSystem");
      const paths = unit(facts, "ReadWritePaths").split(" ");
      const where = pathOf(facts).slice(0, pathOf(facts).lastIndexOf("/"));
      if (protect !== "strict" || paths.some((path) => path !== "" && `${where}/`.startsWith(`${path}/`)))
        return undefined;
      return {
        evidence: [
          evidence("systemctl show puma.service", `ProtectSystem=${protect} ReadWritePaths=${paths.join(" ")}`, where),
        ],
        values: { protect, directory: where },
      };
    }),
  },
  {
    code: "DATABASE_CORRUPT",
    raises: /malformed|not a database|NotADatabaseException|CorruptException/i,
    logLines: [
      "SQLite3::CorruptException: database disk image is malformed",
      "SQLite3::NotADatabaseException: file is not a database",
    ],
    cause: {
      en: "The database's file is damaged: {complaint}",
      ja: "データベースファイルが破損しています: {complaint}",
    },
    fix: printed(
      byHand("# bring back a copy, or save what can be read:"),
      onHost(`cd ${directory} && sqlite3 production.sqlite3 .recover | sqlite3 recovered.sqlite3`),
    ),
    find: inHost((facts) => {
      const line = ["database.begin", "database.tables"]
        .map((name) => facts.find(name, /malformed|not a database/))
        .find(Boolean);
      return line
        ? { evidence: [evidence(`sqlite3 ${pathOf(facts)}`, line)], values: { complaint: line.trim() } }
        : undefined;
    }),
  },
  {
    code: "DATABASE_LOCKED",
    raises: /BusyException|database is locked/i,
    logLines: ["SQLite3::BusyException: database is locked", "ActiveRecord::StatementTimeout"],
    cause: {
      en: "Another process holds the database's lock and does not let go of it, so nothing can be saved",
      ja: "別のプロセスがデータベースをロックしたままのため、保存できません",
    },
    fix: printed(onHost("lslocks"), byHand("# end the process that holds the lock, if it is not Puma itself")),
    find: inHost((facts) => {
      const line = facts.find("database.begin", /database is locked/);
      return line ? { evidence: [evidence(`sqlite3 ${pathOf(facts)} 'BEGIN IMMEDIATE'`, line)] } : undefined;
    }),
  },
  {
    code: "DATABASE_NOT_MIGRATED",
    raises: /no such table|Could not find table|PendingMigration|no such column/i,
    logLines: [
      "ActiveRecord::StatementInvalid (Could not find table 'fruits')",
      "SQLite3::SQLException: no such table: fruits",
      "ActiveRecord::PendingMigrationError",
    ],
    cause: {
      en: "Migrations have not run: {pending}. /up does not ask the database, so it is 200 all the same, and / is 500",
      ja: "マイグレーションが未実行です: {pending}。/up はデータベースを使わないため 200 のままですが、/ は 500 になります",
    },
    fix: automatic(onHost(asApp("bundle exec rails db:migrate"))),
    find: inHost((facts) => {
      const missing = pending(facts);
      if (!exists(facts) || missing.length === 0 || facts.exitCode("database.versions") === undefined) return undefined;
      const log = facts.find("page.log", /table|column/i);
      return {
        evidence: [
          evidence(
            `sqlite3 ${pathOf(facts)} 'SELECT version FROM schema_migrations'`,
            facts.lines("database.versions").join(" ") || "none",
            `missing: ${missing.join(" ")}`,
          ),
          ...(log ? [evidence("journalctl -u puma.service", log.replace(/^\[[^\]]*\] ?/, ""))] : []),
        ],
        values: { pending: missing.join(", ") },
      };
    }),
  },
  {
    code: "DATABASE_TABLE_MISSING",
    raises: /no such table|Could not find table/i,
    logLines: ["SQLite3::SQLException: no such table: fruits", "Could not find table 'fruits'"],
    cause: {
      en: "All migrations have run, but the tables {tables} are gone: dropped or renamed by hand",
      ja: "マイグレーションは実行済みですが、テーブル {tables} がありません。手作業で削除または改名されています",
    },
    // db:schema:load would make it, and empty the others.
    fix: printed(
      onHost(`sqlite3 ${databasePath} .tables`),
      byHand("# rename it back, or bring back a copy of the database"),
    ),
    find: inHost((facts) => {
      const present = facts.lines("database.tables");
      const gone = facts.lines("database.schema").filter((table) => !present.includes(table));
      if (!exists(facts) || facts.exitCode("database.tables") !== 0 || gone.length === 0) return undefined;
      const log = facts.find("page.log", /table/i);
      return {
        evidence: [
          evidence(`sqlite3 ${pathOf(facts)} .tables`, present.join(" "), `missing: ${gone.join(" ")}`),
          ...(log ? [evidence("journalctl -u puma.service", log.replace(/^\[[^\]]*\] ?/, ""))] : []),
        ],
        values: { tables: gone.join(", ") },
      };
    }),
  },
];

/** Where the records are: in RDS once step database is there, before in the SQLite file on the host. */
export const databaseLayer: Layer = {
  name: "database",
  title: { en: "Database", ja: "データベース" },
  since: "puma",
  scope: "host",
  observed: (view) => {
    if (hasReached(view, "database")) {
      const { id, status, endpoint } = view.database ?? {};
      return id && `${id} ${status ?? ""}${endpoint ? `, ${endpoint.address}` : ""}`;
    }
    const { host } = view;
    const facts = host?.facts;
    if (!facts || !exists(facts)) return undefined;
    return `${pathOf(facts)} ${facts.text("database.file").split(" ").slice(0, 2).join(" ")}, schema ${facts.lines("database.versions").at(-1) ?? "none"}`;
  },
  diagnoses: [...rdsFaults, ...sqliteFaults.map((fault): Diagnosis => ({ ...fault, until: "database" }))],
};
