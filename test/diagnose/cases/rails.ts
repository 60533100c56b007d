import { healthy, healthyHost, hostFacts, said, withHost } from "../recorded-facts.ts";
import type { Case } from "./case.ts";

const id = "[lecture05-diagnose-page-1]";
const notFound = [`stat: cannot statx '/var/lib/lecture05/database/production.sqlite3': No such file or directory`];
const failing = (...log: string[]) => ({
  "page.status": ["500"],
  form: undefined,
  "page.log": log.map((line) => `${id} ${line}`),
});

export const railsCases: readonly Case[] = [
  {
    code: "RAILS_ENVIRONMENT_WRONG",
    what: "development",
    facts: withHost({
      ...said("env", /^RAILS_ENV=.*/, "RAILS_ENV=development"),
      "puma.running": undefined,
      "puma.running.exit": undefined,
    }),
  },
  { code: "RAILS_SECRET_MISSING", what: "empty", facts: withHost(said("env", /^secret-length=.*/, "secret-length=0")) },
  {
    code: "RAILS_SECRET_DIFFERS",
    what: "between two hosts",
    facts: {
      ...healthy,
      targets: [...(healthy.targets ?? []), { instanceId: "i-2", port: 80, state: "healthy" }],
      hosts: [
        healthyHost,
        {
          ...healthyHost,
          instance: { ...healthyHost.instance, id: "i-2" },
          facts: hostFacts(said("env", /^secret-hash=.*/, "secret-hash=ffffffffffff")),
        },
      ],
    },
  },
  {
    code: "RAILS_HOST_BLOCKED",
    what: "another name",
    facts: withHost({
      ...said("env", /^APP_HOSTS=.*/, "APP_HOSTS=example.com"),
      ...said("puma.running", /^APP_HOSTS=.*/, "APP_HOSTS=example.com"),
      "page.status": ["403"],
    }),
  },
  {
    code: "RAILS_HEALTH_CHECK_BLOCKED",
    what: "403 for the address",
    facts: withHost({
      "up.checker": ["403 0.004 "],
      "puma.journal": ["[ActionDispatch::HostAuthorization::DefaultResponseApp] Blocked hosts: 10.7.1.10"],
    }),
  },
  {
    code: "RAILS_HEALTH_CHECK_REDIRECTED",
    what: "301",
    facts: withHost({ "up.checker": ["301 0.004 https://10.7.1.10/up"] }),
  },
  {
    code: "RAILS_FORCE_SSL",
    what: "no certificate",
    facts: withHost({ "page.status": ["301"], "page.location": ["https://127.0.5.11/"] }),
  },
  {
    code: "RAILS_TOKEN_REFUSED",
    what: "another scheme",
    facts: withHost({
      form: ["422 - -"],
      "form.log": [
        `${id} ActionController::InvalidAuthenticityToken (HTTP Origin header (http://a) didn't match request.base_url (https://a)):`,
      ],
    }),
  },
  {
    code: "DATABASE_ELSEWHERE",
    what: "another file",
    facts: withHost({
      ...said("env", /^DATABASE_PATH=.*/, "DATABASE_PATH=/tmp/other.sqlite3"),
      ...said("puma.running", /^DATABASE_PATH=.*/, "DATABASE_PATH=/tmp/other.sqlite3"),
    }),
  },
  {
    code: "DATABASE_MISSING",
    what: "no file",
    facts: withHost({
      "database.file": notFound,
      "database.file.exit": ["1"],
      ...failing("SQLite3::CantOpenException (unable to open database file)"),
    }),
  },
  {
    code: "DATABASE_MISSING",
    what: "not even its directory, so that the unit does not start",
    facts: withHost({
      "puma.unit": [
        ...hostFacts().lines("puma.unit"),
        "ActiveState=activating",
        "SubState=auto-restart",
        "NRestarts=2",
      ],
      "puma.journal": [
        "Starting puma.service - Puma for lecture05...",
        "puma.service: Failed to set up mount namespacing: /var/lib/lecture05/database: No such file or directory",
        "puma.service: Main process exited, code=exited, status=226/NAMESPACE",
      ],
      "database.file": notFound,
      "database.file.exit": ["1"],
    }),
  },
  {
    code: "DATABASE_READ_ONLY",
    what: "the file",
    facts: withHost({
      "database.write": [
        "not-writable /var/lib/lecture05/database/production.sqlite3",
        "writable /var/lib/lecture05/database",
      ],
      form: ["500 - -"],
    }),
  },
  {
    code: "DATABASE_READ_ONLY",
    what: "the directory",
    facts: withHost({
      "database.write": [
        "writable /var/lib/lecture05/database/production.sqlite3",
        "not-writable /var/lib/lecture05/database",
      ],
      form: ["500 - -"],
    }),
  },
  {
    code: "DATABASE_PROTECTED",
    what: "by the unit",
    facts: withHost({ ...said("puma.unit", /ReadWritePaths=\S+ /, "ReadWritePaths="), form: ["500 - -"] }),
  },
  {
    code: "DATABASE_CORRUPT",
    what: "no database",
    facts: withHost({
      "database.begin": ["Error: in prepare, file is not a database (26)"],
      ...failing("file is not a database"),
    }),
  },
  {
    code: "DATABASE_LOCKED",
    what: "by another program",
    facts: withHost({ "database.begin": ["Error: stepping, database is locked (5)"] }),
  },
  {
    code: "DATABASE_NOT_MIGRATED",
    what: "no tables; /up is 200",
    facts: withHost({
      "database.versions": [],
      "database.tables": [],
      ...failing("ActiveRecord::StatementInvalid (Could not find table 'fruits')"),
    }),
  },
  {
    code: "DATABASE_TABLE_MISSING",
    what: "renamed",
    facts: withHost({ ...said("database.tables", /^fruits$/, "elsewhere"), ...failing("no such table: fruits") }),
  },
  {
    code: "UNKNOWN",
    what: "an exception that nobody has seen",
    facts: withHost(failing("NoMethodError (no method 'ripe?' for nil):", "app/controllers/fruits_controller.rb:5")),
  },
];
