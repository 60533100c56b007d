import { currentLink, releasesDirectory } from "../../remote/paths.ts";
import type { View } from "../facts.ts";
import type { HostFacts } from "../host-facts.ts";
import { isRunning, journalLine, unit } from "../puma-facts.ts";
import { evidence, applyStep, automatic, byHand, inHost, onHost, printed, type Diagnosis } from "../layer.ts";

const showUnit = (line: string, value?: string) => evidence("systemctl show puma.service", line, value);
const journal = (line: string, value?: string) => evidence("journalctl -u puma.service", line, value);

const argv = (facts: HostFacts): string => / argv\[\]=(.*?) ; /.exec(unit(facts, "ExecStart"))?.[1] ?? "";

/** What bundle or Ruby say about the release, asked as the unit would ask; or said while it was installed. */
const complaintOfBundle = (facts: HostFacts, { occasion }: View, pattern: RegExp): string | undefined => {
  if (isRunning(facts)) return undefined;
  const installing = occasion.failure?.split("\n").find((line) => pattern.test(line));
  return facts.find("bundle", pattern) ?? journalLine(facts, pattern) ?? installing;
};

/** What keeps Puma from starting, in the order in which it would be met. */
export const pumaStarts: readonly Diagnosis[] = [
  {
    code: "PUMA_UNIT_MISSING",
    logLines: ["Unit puma.service could not be found.", "Failed to start puma.service: Unit puma.service is masked."],
    cause: {
      en: "systemd cannot use Puma's unit: it is {state}",
      ja: "systemd が Puma のユニットを使用できません ({state})",
    },
    fix: automatic(onHost("systemctl unmask puma.service"), applyStep("puma")),
    find: inHost((facts) => {
      const state = unit(facts, "LoadState");
      if (state === "" || state === "loaded") return undefined;
      return { evidence: [showUnit(`LoadState=${state}`, state)], values: { state } };
    }),
  },
  {
    code: "APP_RELEASE_MISSING",
    raises: /CHDIR|Could not locate Gemfile/,
    logLines: [
      "Changing to the requested working directory failed: No such file or directory",
      "puma.service: Main process exited, code=exited, status=200/CHDIR",
      "Could not locate Gemfile or .bundle/ directory",
    ],
    cause: {
      en: `The application is not where it should be: ${currentLink} leads to {release}, and there is no Gemfile`,
      ja: `アプリケーションが見つかりません。${currentLink} の参照先 {release} に Gemfile がありません`,
    },
    fix: automatic(applyStep("puma")),
    find: inHost((facts) => {
      if (!facts.find("files", /^absent .*\/Gemfile$/)) return undefined;
      const release = facts.text("release") || "nowhere";
      return {
        evidence: [evidence(`ls ${currentLink}/Gemfile`, "No such file or directory", release)],
        values: { release },
      };
    }),
  },
  {
    code: "PUMA_STARTED_BY_RAILS_SERVER",
    logLines: ["* Listening on http://0.0.0.0:3000", "connect() to unix:/… failed (2: No such file or directory)"],
    cause: {
      en: "The unit starts Puma by `rails server`, whose -p and -b take the place of what config/puma.rb binds: the socket is never made",
      ja: "ユニットが rails server で Puma を起動しています。-p や -b が config/puma.rb の bind を上書きするため、ソケットが作成されません",
    },
    fix: automatic(applyStep("puma")),
    find: inHost((facts) => {
      const command = argv(facts);
      return /\brails s(erver)?\b/.test(command)
        ? { evidence: [showUnit(`ExecStart=${command}`, "rails server")] }
        : undefined;
    }),
  },
  {
    code: "PUMA_EXEC_MISSING",
    logLines: [
      "puma.service: Failed at step EXEC spawning /home/…/.rbenv/shims/bundle: No such file or directory",
      "Main process exited, code=exited, status=203/EXEC",
    ],
    cause: {
      en: "The unit starts a program that is not there: {program}. A unit knows no login shell, so shims of rbenv or asdf are not in its path",
      ja: "ユニットの ExecStart のプログラムが存在しません: {program}。ユニットはログインシェルを経由しないため、rbenv などの shim は使えません",
    },
    fix: automatic(applyStep("puma")),
    find: inHost((facts) => {
      const line = journalLine(facts, /203\/EXEC|Failed at step EXEC|Unable to locate executable/);
      const isLast = unit(facts, "ExecMainStatus") === "203";
      // In the moment of the next try systemd has forgotten how the last one ended; its journal has not.
      const isBetween = unit(facts, "SubState") === "start" && line !== undefined;
      if (isRunning(facts) || !(isLast || isBetween)) return undefined;
      const program = argv(facts).split(" ")[0] ?? "";
      return {
        evidence: [...(isLast ? [showUnit("ExecMainStatus=203", "203/EXEC")] : []), ...(line ? [journal(line)] : [])],
        values: { program },
      };
    }),
  },
  {
    code: "PUMA_RUBY_MISMATCH",
    whileInstalling: true,
    raises: /Your Ruby version is|rbenv: version/,
    logLines: ["Your Ruby version is 3.3.8, but your Gemfile specified 3.4.1", "(Bundler::RubyVersionMismatch)"],
    cause: {
      en: "The unit's Ruby is not the one that the application asks for: {complaint}",
      ja: "ユニットの Ruby とアプリケーションが要求するバージョンが一致しません: {complaint}",
    },
    fix: printed(
      byHand('# Gemfile: ruby "~> 3.3" — Debian 13 has Ruby 3.3'),
      byHand("bundle lock && lecture05 up --app DIR"),
    ),
    find: inHost((facts, view) => {
      const line = complaintOfBundle(facts, view, /Your Ruby version is/);
      return line ? { evidence: [evidence("bundle check", line)], values: { complaint: line } } : undefined;
    }),
  },
  {
    code: "PUMA_BUNDLER_MISMATCH",
    whileInstalling: true,
    raises: /Could not find 'bundler'|can't find gem bundler/,
    logLines: [
      "Could not find 'bundler' (2.9.9) required by your /opt/…/Gemfile.lock. (Gem::GemNotFoundException)",
      "can't find gem bundler (>= 0.a) with executable bundle",
    ],
    cause: {
      en: "The unit's Bundler is not the one that Gemfile.lock was made with: {complaint}",
      ja: "ユニットの Bundler と Gemfile.lock の BUNDLED WITH が一致しません: {complaint}",
    },
    fix: printed(byHand("bundle update --bundler && lecture05 up --app DIR")),
    find: inHost((facts, view) => {
      const line = complaintOfBundle(facts, view, /Could not find 'bundler'|can't find gem bundler/);
      const lock = facts.lines("lock").at(-1)?.trim();
      return line
        ? {
            evidence: [
              evidence("bundle check", line),
              ...(lock ? [evidence("tail -n 1 Gemfile.lock", `BUNDLED WITH ${lock}`, lock)] : []),
            ],
            values: { complaint: line },
          }
        : undefined;
    }),
  },
  {
    code: "PUMA_GEMS_MISSING",
    raises: /Bundler::GemNotFound|in locally installed gems|bundler: command not found: puma/,
    logLines: [
      "Could not find rails-8.1.4, puma-7.2.1 in locally installed gems (Bundler::GemNotFound)",
      "bundler: failed to load command: puma",
      "Run `bundle install` to install missing gems.",
    ],
    cause: {
      en: "Gems that Gemfile.lock names are not installed where the unit looks for them",
      ja: "Gemfile.lock にある gem が、ユニットの参照先にインストールされていません",
    },
    fix: automatic(onHost(`rm -f ${releasesDirectory}/*/.gems-installed`), applyStep("puma")),
    find: inHost((facts, view) => {
      const pattern = /The following gems are missing|in locally installed gems|Could not find gem|GemNotFound/;
      const line = complaintOfBundle(facts, view, pattern);
      if (!line) return undefined;
      const first = facts.find("bundle", /^ \* /)?.trim();
      return { evidence: [evidence("bundle check", line, first ?? line)] };
    }),
  },
  {
    code: "PUMA_ADDRESS_IN_USE",
    raises: /EADDRINUSE|Address already in use|already a server bound/,
    logLines: [
      'Errno::EADDRINUSE: Address already in use - bind(2) for "127.0.0.1" port 3000',
      "There is already a server bound to: unix:///run/lecture05/puma.sock (RuntimeError)",
    ],
    cause: {
      en: "Another program has Puma's place, so Puma cannot bind it: {line}",
      ja: "Puma の待ち受け先を別のプロセスが使用しています: {line}",
    },
    fix: printed(onHost("ss -ltnp; ss -lxp"), onHost("systemctl restart puma.service")),
    find: inHost((facts) => {
      const line = journalLine(facts, /EADDRINUSE|already a server bound|Address already in use/);
      if (isRunning(facts) || !line) return undefined;
      const holder = facts.lines("socket.listen")[0] ?? facts.find("ports", /:3000 /);
      return {
        evidence: [journal(line), ...(holder ? [evidence("ss -ltnp; ss -lxp", holder.replace(/ {2,}/g, " "))] : [])],
        values: { line: line.trim() },
      };
    }),
  },
];
