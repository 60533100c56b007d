import { healthy, said, withHost } from "../recorded-facts.ts";
import type { Case } from "./case.ts";

const unit = (...changes: readonly (readonly [RegExp, string])[]) =>
  changes.reduce<Readonly<Record<string, readonly string[]>>>(
    (facts, [pattern, replacement]) => ({
      "puma.unit": (facts["puma.unit"] ?? said("puma.unit", /^/, "")["puma.unit"] ?? []).map((line) =>
        line.replace(pattern, replacement),
      ),
    }),
    {},
  );

const crashing = unit(
  [/^ActiveState=.*/, "ActiveState=activating"],
  [/^SubState=.*/, "SubState=auto-restart"],
  [/^NRestarts=.*/, "NRestarts=3"],
);
const badGateway = { "up.checker": ["502 0.002 "], "page.status": ["502"], "up.past": ["curl: (7) Failed to connect"] };
const journal = (...lines: string[]) => ({
  "puma.journal": ["Starting puma.service - Puma for lecture05...", ...lines],
});
const crashed = (...lines: string[]) => withHost({ ...crashing, ...badGateway, ...journal(...lines) });

export const pumaCases: readonly Case[] = [
  {
    code: "PUMA_UNIT_MISSING",
    what: "gone",
    facts: withHost({ ...unit([/^LoadState=.*/, "LoadState=not-found"]), ...badGateway }),
  },
  {
    code: "PUMA_UNIT_MISSING",
    what: "masked",
    facts: withHost({ ...unit([/^LoadState=.*/, "LoadState=masked"]), ...badGateway }),
  },
  {
    code: "APP_RELEASE_MISSING",
    what: "no Gemfile",
    facts: withHost({ files: ["absent /opt/lecture05/current/Gemfile"], ...crashing, ...badGateway }),
  },
  {
    code: "PUMA_STARTED_BY_RAILS_SERVER",
    what: "by the unit",
    facts: withHost({
      ...unit([/bundle exec puma -C config\/puma.rb/, "bundle exec rails server -p 3000"]),
      ...badGateway,
    }),
  },
  {
    code: "PUMA_EXEC_MISSING",
    what: "a shim",
    facts: withHost({
      ...crashing,
      "puma.unit": [...(crashing["puma.unit"] ?? []), "ExecMainStatus=203"],
      ...journal("puma.service: Main process exited, code=exited, status=203/EXEC"),
      ...badGateway,
    }),
  },
  {
    code: "PUMA_EXEC_MISSING",
    what: "a shim, seen while systemd tries it again",
    facts: withHost({
      ...crashing,
      "puma.unit": [
        ...(crashing["puma.unit"] ?? []).filter((line) => !/^(ActiveState|SubState)=/.test(line)),
        "ActiveState=activating",
        "SubState=start",
        "ExecMainStatus=0",
      ],
      ...journal("puma.service: Main process exited, code=exited, status=203/EXEC"),
      ...badGateway,
    }),
  },
  {
    code: "PUMA_RUBY_MISMATCH",
    what: "when it starts",
    facts: withHost({
      ...crashing,
      ...badGateway,
      bundle: ["Your Ruby version is 3.3.14, but your Gemfile specified 3.4.1"],
    }),
  },
  {
    code: "PUMA_RUBY_MISMATCH",
    what: "when the gems are installed",
    facts: {
      ...withHost({ ...unit([/^LoadState=.*/, "LoadState=not-found"], [/^SubState=.*/, "SubState=dead"]) }),
      reached: ["ec2", "puma"],
      occasion: {
        failedChecks: [],
        failure:
          "REMOTE_COMMAND_FAILED: install-gems failed on i-1 with exit code 18:\nYour Ruby version is 3.3.14, but your Gemfile specified 3.4.1",
        unfinished: "puma",
      },
    },
  },
  {
    code: "PUMA_BUNDLER_MISMATCH",
    what: "not there",
    facts: crashed("can't find gem bundler (= 9.9.9) with executable bundle (Gem::GemNotFoundException)"),
  },
  {
    code: "PUMA_GEMS_MISSING",
    what: "none",
    facts: withHost({ ...crashing, ...badGateway, bundle: ["The following gems are missing", " * rails (8.1.4)"] }),
  },
  {
    code: "PUMA_ADDRESS_IN_USE",
    what: "TCP",
    facts: crashed('Address already in use - bind(2) for "127.0.0.1" port 3000 (Errno::EADDRINUSE)'),
  },
  {
    code: "PUMA_NEVER_READY",
    what: "timed out",
    facts: withHost({
      ...unit(
        [/^ActiveState=.*/, "ActiveState=activating"],
        [/^SubState=.*/, "SubState=auto-restart"],
        [/^Result=.*/, "Result=timeout"],
      ),
      ...journal("puma.service: start operation timed out. Terminating."),
      ...badGateway,
    }),
  },
  {
    code: "PUMA_NEVER_READY",
    what: "timed out, and boots again too slowly to answer",
    facts: withHost({
      ...unit(
        [/^ActiveState=.*/, "ActiveState=activating"],
        [/^SubState=.*/, "SubState=start"],
        [/^NRestarts=.*/, "NRestarts=1"],
      ),
      ...journal(
        "Starting puma.service - Puma for lecture05...",
        "puma.service: start operation timed out. Terminating.",
        "puma.service: Failed with result 'timeout'.",
        "Failed to start puma.service - Puma for lecture05.",
        "Starting puma.service - Puma for lecture05...",
      ),
      ...badGateway,
    }),
  },
  {
    code: "PUMA_CRASH_LOOP",
    what: "an exception of its own",
    facts: crashed(
      "! Unable to load application: RuntimeError: out of order",
      "puma.service: Failed with result 'exit-code'.",
    ),
  },
  {
    code: "PUMA_CRASH_LOOP",
    what: "although the database lacks tables, too",
    facts: withHost({
      ...crashing,
      ...badGateway,
      ...journal("! Unable to load application: RuntimeError: out of order"),
      "database.versions": [],
    }),
  },
  {
    code: "DATABASE_NOT_MIGRATED",
    what: "Puma crashes for that very reason",
    facts: withHost({
      ...crashing,
      ...badGateway,
      ...journal("Could not find table 'fruits' (ActiveRecord::StatementInvalid)"),
      "database.versions": [],
    }),
  },
  {
    code: "PUMA_STOPPED",
    what: "stopped",
    facts: withHost({
      ...unit([/^ActiveState=.*/, "ActiveState=inactive"], [/^SubState=.*/, "SubState=dead"]),
      "socket.stat": ["stat: No such file or directory"],
      "socket.stat.exit": ["1"],
      "socket.listen": undefined,
      ...badGateway,
    }),
  },
  {
    code: "PUMA_HANGS",
    what: "stopped by a signal",
    facts: withHost({
      "puma.process": ["T 523 148732 puma 7.2.1"],
      "socket.root": ["curl: (28) Operation timed out after 3001 milliseconds with 0 bytes received", "000"],
      "up.checker": ["504 6.0 "],
    }),
  },
  {
    code: "PUMA_OLD_SETTINGS",
    what: "APP_HOSTS",
    facts: withHost(said("puma.running", /^APP_HOSTS=.*/, "APP_HOSTS=old.example")),
  },
  {
    code: "PUMA_TCP_REFUSES",
    what: "bound elsewhere, before there is a socket",
    facts: {
      ...withHost({ env: ["PUMA_BIND=tcp://127.0.0.1:4000"], "puma.running": ["PUMA_BIND=tcp://127.0.0.1:4000"] }),
      reached: ["ec2", "puma"],
    },
  },
  { code: "PUMA_CRASHED", what: "once", facts: withHost(unit([/^NRestarts=.*/, "NRestarts=1"])) },
  {
    code: "PUMA_NOT_ENABLED",
    what: "disabled",
    facts: withHost(unit([/^UnitFileState=.*/, "UnitFileState=disabled"])),
  },
  {
    code: "NOTHING_WRONG",
    what: "Puma alone on TCP, with what later steps will change",
    facts: {
      ...withHost({
        env: [
          "RAILS_ENV=production",
          "PUMA_BIND=tcp://127.0.0.1:3000",
          "DATABASE_PATH=/var/lib/lecture05/database/production.sqlite3",
        ],
        "puma.running": undefined,
        "puma.running.exit": undefined,
        "nginx.member": ["www-data"],
        "nginx.enabled": ["default"],
        "socket.stat.exit": ["1"],
      }),
      reached: ["ec2", "puma"],
      loadBalancer: undefined,
    },
  },
  { code: "NOTHING_WRONG", what: "all steps", facts: healthy },
];
