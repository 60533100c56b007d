import type { DeployOutcome } from "../deploy/deploy.ts";
import { keepHeld } from "../engine/hold-replacement.ts";
import type { Session } from "../engine/session.ts";
import { formatDuration } from "../reporter/duration.ts";
import { createPaint, isFancy } from "../reporter/paint.ts";
import { checkApp } from "./check-app.ts";
import type { Command, Invocation } from "./command.ts";
import { requireState } from "./require-state.ts";
import { reach, withSession, type Known } from "./stack-session.ts";

/** Brings another version of the application to every host, one after the other, while the others serve. */
export const deploy: Command = async (invocation) => {
  await checkApp(invocation.preferences);
  requireState(invocation.preferences);
  return carryOut(
    invocation,
    async ({ state }) => state && (await import("../deploy/ready.ts")).refuseUnfinished(state),
    async (session) => (await import("../deploy/deploy.ts")).deploy(session),
  );
};

/** Brings the version before back, in the same way. */
export const rollback: Command = async (invocation) => {
  requireState(invocation.preferences);
  return carryOut(
    invocation,
    async ({ state }) => {
      if (!state) return;
      (await import("../deploy/deploy.ts")).requireWayBack(state);
      (await import("../deploy/ready.ts")).refuseUnfinished(state);
    },
    async (session) => (await import("../deploy/deploy.ts")).rollback(session),
  );
};

function carryOut(
  invocation: Invocation,
  refuse: (known: Known) => Promise<void>,
  work: (session: Session) => Promise<DeployOutcome>,
): Promise<number> {
  return reach(
    invocation,
    (reached) =>
      withSession(
        invocation,
        reached,
        true,
        async (session) => {
          session.workLog.currentStep = "puma";
          const outcome = await work(session);
          (await invocation.reporter()).pause();
          show(invocation, outcome, session);
          return 0;
        },
        async (session) => keepHeld(session),
      ),
    { needsStack: true, refuse },
  );
}

function show(invocation: Invocation, outcome: DeployOutcome, { store, target }: Session): void {
  const { io, json, language, preferences } = invocation;
  const { url } = store.state;
  if (json) {
    const { kind } = outcome;
    const facts = outcome.kind === "done" ? outcome.record : { to: outcome.release };
    return invocation.print(JSON.stringify({ type: "deploy", ...facts, outcome: kind, url: url ?? null }));
  }
  const paint = createPaint(isFancy(io.stdout, io.env, preferences.color));
  const label = target === "sandbox" ? `${paint("dim", "[sandbox]")} ` : "";
  if (outcome.kind === "nothing") {
    const text = {
      en: `Nothing to do: release ${outcome.release} serves already`,
      ja: `変更なし: リリース ${outcome.release} はすでに稼働中です`,
    };
    return invocation.print(`${label}${invocation.text(text)}`);
  }
  const { from, to, hosts, migrations, startedAt, finishedAt } = outcome.record;
  const time = formatDuration(Date.parse(finishedAt) - Date.parse(startedAt), language);
  const title = {
    en: `release ${from} → ${to} on ${hosts.length} ${hosts.length === 1 ? "host" : "hosts"} (${time}, migrations: ${migrations})`,
    ja: `リリース ${from} → ${to} (ホスト ${hosts.length} 台、${time}、マイグレーション ${migrations} 件)`,
  };
  invocation.print(
    `${label}${paint("green", "✓")} ${paint("bold", invocation.text(title))}`,
    ...(url ? [`  URL: ${paint("cyan", url)}`] : []),
    `  ${invocation.text({ en: "Back again: lecture05 rollback", ja: "元に戻すには: lecture05 rollback" })}`,
  );
}
