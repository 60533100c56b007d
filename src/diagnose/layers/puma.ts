import { untranslated } from "../../text.ts";
import { pumaPort } from "../../remote/paths.ts";
import { hasReached } from "../facts.ts";
import type { HostFacts } from "../host-facts.ts";
import { evidence, applyStep, automatic, inHost, onHost, printed, type Diagnosis, type Layer } from "../layer.ts";
import { isRunning, journalLine, recentJournal, unit } from "../puma-facts.ts";
import { pumaStarts } from "./puma-starts.ts";

const showUnit = (line: string, value?: string) => evidence("systemctl show puma.service", line, value);

const restart = automatic(onHost("systemctl reset-failed puma.service; systemctl restart puma.service"));

/** The line in Puma's journal that says why it ended: Ruby ends an exception's line with its class. */
const lastWords = (facts: HostFacts): string | undefined =>
  journalLine(facts, /Unable to load application|\(([A-Z]\w*::)*[A-Z]\w+\)$/) ??
  // systemd's closing line says only that the unit failed, which is known.
  journalLine(facts, /^(?!Failed to start ).*(error|failed|killed|cannot|exited|timed out)/i);

/** Settings in the files that the running Puma does not have. */
function unread(facts: HostFacts): string[] {
  if (facts.lines("puma.running").length === 0 || facts.lines("env").length === 0) return [];
  const names = new Set(
    [...facts.lines("env"), ...facts.lines("puma.running")].flatMap((line) => /^[A-Z0-9_]+(?==)/.exec(line) ?? []),
  );
  return [...names].filter((name) => facts.value("env", name) !== facts.value("puma.running", name));
}

const pumaWorks: readonly Diagnosis[] = [
  {
    code: "PUMA_NEVER_READY",
    logLines: [
      "puma.service: start operation timed out. Terminating.",
      "Job for puma.service failed because a timeout was exceeded.",
    ],
    cause: {
      en: "systemd waits for Puma to say that it is ready (Type=notify), and Puma never does: the unit is killed when the time is up",
      ja: "systemd は Puma の起動完了通知 (Type=notify) を待っていますが、通知が来ないためタイムアウトで強制終了されます",
    },
    fix: automatic(applyStep("puma")),
    find: inHost((facts) => {
      if (isRunning(facts) || unit(facts, "Type") !== "notify") return undefined;
      const line = journalLine(facts, /start operation timed out/);
      const waiting = unit(facts, "SubState") === "start" && facts.text("up.past").startsWith("200");
      // Each new start sets the result back, so while it lasts only the journal knows how the one before ended.
      const result = unit(facts, "Result");
      const again = unit(facts, "NRestarts") !== "0" && result === "success";
      if (!waiting && !(line && (result === "timeout" || again))) return undefined;
      return {
        evidence: [
          showUnit(`Type=notify SubState=${unit(facts, "SubState")} Result=${unit(facts, "Result")}`, "notify"),
          ...(line ? [evidence("journalctl -u puma.service", line)] : []),
        ],
      };
    }),
  },
  {
    code: "PUMA_CRASH_LOOP",
    symptom: true,
    logLines: [
      "puma.service: Scheduled restart job, restart counter is at 7.",
      "puma.service: Start request repeated too quickly.",
      "puma.service: Failed with result 'exit-code'.",
    ],
    cause: {
      en: "Puma ends right after each start, {restarts} times so far, although systemctl may call it active. Its last words: {words}",
      ja: "Puma が起動直後に異常終了を繰り返しています ({restarts} 回)。systemctl では active と表示されることがあります。最後のログ: {words}",
    },
    fix: printed(
      onHost("journalctl -u puma.service -n 60 --no-pager -o cat"),
      onHost("systemctl restart puma.service"),
    ),
    find: inHost((facts) => {
      const state = unit(facts, "ActiveState");
      const failed = state === "failed" || (state === "activating" && unit(facts, "SubState") !== "start");
      const between = state === "activating" && Number(unit(facts, "NRestarts")) > 0;
      if (!failed && !between) return undefined;
      const words = lastWords(facts) ?? `Result=${unit(facts, "Result")}`;
      const restarts = unit(facts, "NRestarts");
      return {
        evidence: [
          evidence("journalctl -u puma.service", words.trim()),
          showUnit(
            `ActiveState=${state} SubState=${unit(facts, "SubState")} NRestarts=${restarts}`,
            `NRestarts=${restarts}`,
          ),
        ],
        values: { restarts, words: words.trim() },
        raised: recentJournal(facts).join("\n"),
      };
    }),
  },
  {
    code: "PUMA_STOPPED",
    logLines: [
      "connect() to unix:/run/lecture05/puma.sock failed (2: No such file or directory)",
      "curl: (7) Failed to connect to 127.0.0.1 port 3000: Connection refused",
      "puma.service: Deactivated successfully.",
    ],
    cause: { en: "Puma is stopped: its unit is {state}", ja: "Puma が停止しています (ユニットの状態: {state})" },
    fix: automatic(onHost("systemctl start puma.service")),
    find: inHost((facts) => {
      const state = unit(facts, "ActiveState");
      if (state !== "inactive" && state !== "deactivating") return undefined;
      const line = journalLine(facts, /Stopped|Deactivated/);
      return {
        evidence: [
          showUnit(`ActiveState=${state} Result=${unit(facts, "Result")}`, state),
          ...(line ? [evidence("journalctl -u puma.service", line)] : []),
        ],
        values: { state },
      };
    }),
  },
  {
    code: "PUMA_HANGS",
    logLines: ["504 Gateway Time-out", "upstream timed out (110: Connection timed out) while reading response header"],
    cause: {
      en: "Puma runs and takes connections, but does not answer: it is stopped by a signal, or all its threads are busy",
      ja: "Puma は起動し接続も受け付けますが、応答しません。シグナルで停止しているか、全スレッドが処理中です",
    },
    fix: automatic(onHost("systemctl kill -s KILL puma.service; systemctl restart puma.service")),
    find: inHost((facts) => {
      const timedOut = facts.find("socket.root", /curl: \(28\)/) ?? facts.find("up.past", /curl: \(28\)/);
      if (!isRunning(facts) || !timedOut) return undefined;
      const process = facts.text("puma.process");
      return {
        evidence: [
          evidence("curl --unix-socket /run/lecture05/puma.sock http://localhost/up", timedOut),
          evidence("ps -o state,etimes,rss,args", process, `state ${process.slice(0, 1)}`),
        ],
      };
    }),
  },
  {
    code: "PUMA_OLD_SETTINGS",
    logLines: ["Blocked hosts: … (although APP_HOSTS names it)"],
    cause: {
      en: "Settings were changed, but Puma still runs with the old ones: {names}. It reads them only when it starts",
      ja: "設定が変更されましたが、Puma は古い値のまま動いています: {names}。反映には再起動が必要です",
    },
    fix: restart,
    find: inHost((facts) => {
      const names = unread(facts);
      if (names.length === 0) return undefined;
      return {
        evidence: names.map((name) =>
          evidence(
            "cat /etc/lecture05/env.d/*.env; cat /proc/PID/environ",
            `${name}: file ${facts.value("env", name) ?? "(none)"}, process ${facts.value("puma.running", name) ?? "(none)"}`,
            name,
          ),
        ),
        values: { names: names.join(", ") },
      };
    }),
  },
  {
    code: "PUMA_TCP_REFUSES",
    until: "puma-socket",
    logLines: [`curl: (7) Failed to connect to 127.0.0.1 port ${pumaPort}: Connection refused`],
    cause: {
      en: `Puma runs, but not on 127.0.0.1:${pumaPort}: it is told to bind {bind}`,
      ja: `Puma は起動していますが、127.0.0.1:${pumaPort} で待ち受けていません (PUMA_BIND: {bind})`,
    },
    fix: automatic(applyStep("puma")),
    find: inHost((facts) => {
      const bind = facts.value("env", "PUMA_BIND");
      if (!isRunning(facts) || facts.lines("env").length === 0 || bind === `tcp://127.0.0.1:${pumaPort}`)
        return undefined;
      return {
        evidence: [evidence("cat /etc/lecture05/env.d/*.env", `PUMA_BIND=${bind ?? ""}`, bind ?? "none")],
        values: { bind: bind ?? "" },
      };
    }),
  },
  {
    code: "PUMA_CRASHED",
    latent: true,
    logLines: ["puma.service: Main process exited, code=killed, status=9/KILL", "restart counter is at 1"],
    cause: {
      en: "Puma ended unexpectedly {restarts} times since it was started, and runs again. The journal tells why",
      ja: "Puma が起動後に {restarts} 回異常終了し、再起動されています。原因はジャーナルを確認してください",
    },
    // A restart by hand sets the counter back; the journal keeps what happened.
    fix: automatic(
      onHost("systemctl stop puma.service; systemctl reset-failed puma.service; systemctl start puma.service"),
    ),
    find: inHost((facts) => {
      const restarts = unit(facts, "NRestarts");
      if (!isRunning(facts) || restarts === "" || restarts === "0") return undefined;
      const line = journalLine(facts, /Main process exited|Failed with result/);
      return {
        evidence: [
          showUnit(`NRestarts=${restarts}`, restarts),
          ...(line ? [evidence("journalctl -u puma.service", line)] : []),
        ],
        values: { restarts },
      };
    }),
  },
  {
    code: "PUMA_NOT_ENABLED",
    latent: true,
    logLines: ["Loaded: loaded (/etc/systemd/system/puma.service; disabled)"],
    cause: {
      en: "Puma runs now but is not enabled: after the next boot it will not be there",
      ja: "Puma の自動起動が無効です。再起動後は起動しません",
    },
    fix: automatic(onHost("systemctl enable puma.service")),
    find: inHost((facts) => {
      const state = unit(facts, "UnitFileState");
      if (state === "" || state === "enabled") return undefined;
      return { evidence: [showUnit(`UnitFileState=${state}`, state)] };
    }),
  },
];

/** The application server: its unit, its command line, and whether it answers. */
export const pumaLayer: Layer = {
  name: "puma",
  title: untranslated("Puma"),
  since: "puma",
  scope: "host",
  observed: ({ host }) => {
    const facts = host?.facts;
    return facts && `${unit(facts, "ActiveState")}, restarts ${unit(facts, "NRestarts")}`;
  },
  symptom: (view) => {
    const facts = view.host?.facts;
    if (!facts || !isRunning(facts)) return undefined;
    const name = hasReached(view, "nginx-puma") ? "up.past" : "up.checker";
    const answer = facts.text(name);
    if (answer === "" || answer.startsWith("200")) return undefined;
    return [evidence("curl http://localhost/up (Puma, past Nginx)", facts.all(name), answer.slice(0, 3))];
  },
  diagnoses: [...pumaStarts, ...pumaWorks],
};
