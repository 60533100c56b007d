import { stripVTControlCharacters } from "node:util";
import { keepDrill, drillKinds, type DrillKind, type DrillRecord } from "../drill/record.ts";
import { runDrill } from "../drill/run-drill.ts";
import { terminalPicture } from "../drill/terminal-picture.ts";
import { eventText, figureRows } from "../drill/words.ts";
import { missingRequirement } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import { createPaint, isFancy } from "../reporter/paint.ts";
import { columnsOf } from "../reporter/reporter.ts";
import { table } from "../reporter/width.ts";
import { shown } from "../text.ts";
import type { HostRecord, State } from "../state/schema.ts";
import { databaseIdFor } from "../steps/database/names.ts";
import { hasGroup } from "../steps/redundancy/members.ts";
import { chooseHosts } from "./choose-hosts.ts";
import type { Command, Invocation } from "./command.ts";
import { confirm } from "./confirm.ts";
import { oneOf } from "./one-of.ts";
import { requireState } from "./require-state.ts";
import { reach, withSession } from "./stack-session.ts";
import { wholeNumber } from "./whole-number.ts";

const command = "lecture05 drill";

/** Fails one part under load, measures what visitors notice of it, and puts it back. */
export const drill: Command = async (invocation) => {
  const kind = parseKind(invocation.args[0]);
  const { options } = invocation;
  const rate = wholeNumber(options.rate, { option: "--rate", least: 1, most: 500, otherwise: 100, command });
  const seconds = wholeNumber(options.seconds, { option: "--seconds", least: 10, most: 600, otherwise: 60, command });
  const { stack, target, hosts, steps } = requireState(invocation.preferences);
  const grouped = hasGroup(steps);
  if (kind === "database" && options.instance !== undefined) throw noHost();
  const [recorded] = chooseHosts(hosts, grouped ? undefined : options.instance);
  if (target === "aws")
    await confirmOutage(invocation, { kind, subject: subjectOf(kind, stack, recorded), rate, seconds });
  const drilled = reach(
    invocation,
    (reached) =>
      withSession(invocation, reached, true, async (session) => {
        const alb = session.steps.find(({ name }) => name === "alb");
        if (!alb || !session.isApplied(alb)) return missingRequirement("alb", ["alb"]);
        // Those of a group may be others by now.
        const [host] = chooseHosts(session.store.state.hosts, options.instance);
        session.workLog.currentStep = "alb";
        const subject = subjectOf(kind, session.stack, host);
        const record = await runDrill(session.contextFor(alb), { kind, subject, rate, seconds });
        keepDrill(session.directory, record);
        await show(invocation, record, target);
        return record.figures.healthyAgainMs === null ? 1 : 0;
      }),
    { needsStack: true, refuse: ({ state }) => requireLoadBalancer(state) },
  );
  return drilled.catch((error: unknown) => {
    throw error instanceof Lecture05Error && error.code === "INTERRUPTED" ? broken() : error;
  });
};

/** The load comes through it. */
function requireLoadBalancer(state: State | undefined): void {
  const record = state?.steps.find(({ name }) => name === "alb");
  if (!record || record.status === "pending" || record.output === undefined) missingRequirement("alb", ["alb"]);
}

/** What fails: the host or something on it, its zone, or the stack's one database. */
function subjectOf(kind: DrillKind, stack: string, { instanceId, availabilityZone }: HostRecord): string {
  if (kind === "database") return databaseIdFor({ stack });
  return kind === "az" ? availabilityZone : instanceId;
}

const noHost = (): Lecture05Error =>
  new Lecture05Error("USAGE", {
    what: {
      en: "--instance: a database is on none of the hosts",
      ja: "--instance: データベースはホスト上にありません",
    },
    next: ["lecture05 drill database"],
  });

/** Half a drill measures nothing, so none goes on where another stopped. */
const broken = (): Lecture05Error =>
  new Lecture05Error("INTERRUPTED", {
    what: { en: "Interrupted", ja: "中断しました" },
    why: {
      en: "The drill leaves nothing stopped, and no figures",
      ja: "訓練で止めたものは残っていません。結果は記録されていません",
    },
    next: [{ en: "Run the same command again: it begins anew", ja: "同じコマンドを実行すると最初からやり直します" }],
  });

async function show(invocation: Invocation, record: DrillRecord, target: "sandbox" | "aws"): Promise<void> {
  const { io, json, language, preferences } = invocation;
  (await invocation.reporter()).pause();
  if (json) return invocation.print(JSON.stringify(record.figures));
  const paint = createPaint(isFancy(io.stdout, io.env, preferences.color));
  const failedLabel = invocation.text({ en: "failed", ja: "失敗" });
  const columns = columnsOf(io.stdout) ?? 100;
  invocation.print(
    `${target === "sandbox" ? `${paint("dim", "[sandbox]")} ` : ""}${paint("bold", invocation.text(eventText(record)))}`,
    ...table(figureRows(record, language).map(([name, value]) => [`  ${name}`, value])),
    "",
    ...terminalPicture(record, { columns, failedLabel, paint }).map((line) =>
      stripVTControlCharacters(line).endsWith("↑") ? `${line} ${invocation.text(eventText(record))}` : line,
    ),
  );
}

function parseKind(value: unknown): DrillKind {
  const text = typeof value === "string" ? value : "";
  return oneOf(text || "puma", drillKinds, {
    code: "USAGE",
    what: { en: `There is no drill "${shown(text)}"`, ja: `"${shown(text)}" という障害訓練はありません` },
    label: { en: "What can fail", ja: "対象" },
    next: "lecture05 drill --help",
  });
}

/** Visitors of a stack on AWS may be real ones, and the load costs its traffic. */
async function confirmOutage(
  invocation: Invocation,
  request: Pick<DrillRecord, "kind" | "subject" | "rate" | "seconds">,
): Promise<void> {
  const { rate, seconds } = request;
  const event = eventText(request);
  await confirm(invocation, {
    about: {
      en: `${rate} requests a second for ${seconds} s are sent to the load balancer on AWS, and meanwhile: ${event.en}. Visitors may see errors until it is back.`,
      ja: `AWS 上のロードバランサーに毎秒 ${rate} リクエストを ${seconds} 秒間送り、その間に「${event.ja}」を行います。復旧するまで利用者にエラーが見えることがあります。`,
    },
  });
}
