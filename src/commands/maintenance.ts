import { applyStep } from "../engine/run.ts";
import { Lecture05Error } from "../errors.ts";
import type { Command, Invocation } from "./command.ts";
import { confirm } from "./confirm.ts";
import { requireRules } from "./load-balancer.ts";
import { requireState } from "./require-state.ts";
import { reach, withSession } from "./stack-session.ts";

const step = "static-site";

/** Sends visitors to the page on S3 instead of the application, and back. */
export const maintenance: Command = async (invocation) => {
  const wanted = parseSwitch(invocation.args[0]);
  const state = requireState(invocation.preferences);
  if (wanted === true) requireRules(state);
  const isOn = state.maintenance === true;
  const site = state.steps.find(({ name }) => name === step);
  // Nothing was ever made for it, so nothing has to be undone.
  const isNothing = wanted === undefined || (!wanted && !isOn && (site?.status ?? "pending") === "pending");
  if (isNothing) {
    say(invocation, isOn, undefined);
    return 0;
  }
  if (wanted && site?.status !== "done" && state.target === "aws") await confirmPublic(invocation);
  return reach(
    invocation,
    (reached) =>
      withSession(invocation, reached, true, async (session) => {
        // Written first, so that a run that is cut short goes on to the same end.
        session.store.state.maintenance = wanted;
        await session.save();
        await applyStep(session, step);
        (await invocation.reporter()).pause();
        const { url } = (session.recordOf(step).output ?? {}) as { url?: string };
        say(invocation, wanted, url);
        return 0;
      }),
    { needsStack: true },
  );
};

function parseSwitch(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === "on" || value === "off") return value === "on";
  throw new Lecture05Error("USAGE", {
    what: {
      en: `Maintenance is switched on or off, not "${value}"`,
      ja: `maintenance には on か off を指定してください: "${value}"`,
    },
    next: ["lecture05 maintenance on", "lecture05 maintenance off"],
  });
}

function say(invocation: Invocation, isOn: boolean, url: string | undefined): void {
  if (invocation.json) {
    invocation.print(JSON.stringify({ type: "maintenance", on: isOn, ...(url === undefined ? {} : { page: url }) }));
    return;
  }
  const page = url === undefined ? "" : `: ${url}/`;
  invocation.print(
    invocation.text(
      isOn
        ? { en: `Maintenance is on${page}`, ja: `メンテナンス表示中です${page}` }
        : {
            en: "Maintenance is off: visitors see the application",
            ja: "メンテナンス表示は解除されています (アプリケーションを表示)",
          },
    ),
  );
}

const confirmPublic = (invocation: Invocation): Promise<void> =>
  confirm(invocation, {
    about: {
      en: "This makes a bucket of its own whose two pages everybody can read (a website on S3; it costs next to nothing).",
      ja: "誰でも閲覧できるページ 2 つを置く専用バケットを作成します (S3 の静的サイト。料金はごくわずか)。",
    },
  });
