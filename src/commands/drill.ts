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
import type { Command, Invocation } from "./command.ts";
import { confirm } from "./confirm.ts";
import { requireState } from "./require-state.ts";
import { reach, withSession } from "./stack-session.ts";
import { suggest } from "./suggest.ts";

/** Fails one part under load, measures what visitors notice of it, and puts it back. */
export const drill: Command = async (invocation) => {
  const kind = parseKind(invocation.args[0]);
  const rate = wholeNumber(invocation.options.rate, "--rate", { least: 1, most: 500, otherwise: 100 });
  const seconds = wholeNumber(invocation.options.seconds, "--seconds", { least: 10, most: 600, otherwise: 60 });
  const { target, hosts } = requireState(invocation.preferences);
  const instanceId = chooseHost(invocation, hosts);
  if (target === "aws") await confirmOutage(invocation, { kind, instanceId, rate, seconds });
  return reach(
    invocation,
    (reached) =>
      withSession(invocation, reached, true, async (session) => {
        const alb = session.steps.find(({ name }) => name === "alb");
        if (!alb || !session.isApplied(alb)) return missingRequirement("alb", ["alb"]);
        session.workLog.currentStep = "alb";
        const record = await runDrill(session.contextFor(alb), { kind, instanceId, rate, seconds });
        keepDrill(session.directory, record);
        await show(invocation, record, target);
        return record.figures.healthyAgainMs === null ? 1 : 0;
      }),
    { needsStack: true },
  );
};

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
  const known = drillKinds.find((kind) => kind === (text || "puma"));
  if (known) return known;
  const meant = suggest(text, drillKinds);
  const list = drillKinds.join(", ");
  throw new Lecture05Error("USAGE", {
    what: { en: `There is no drill "${shown(text)}"`, ja: `"${shown(text)}" という障害訓練はありません` },
    why: meant
      ? { en: `Did you mean "${meant}"? What can fail: ${list}`, ja: `"${meant}" ではありませんか？ 対象: ${list}` }
      : { en: `What can fail: ${list}`, ja: `対象: ${list}` },
    next: ["lecture05 drill --help"],
  });
}

function wholeNumber(
  value: unknown,
  option: string,
  { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  if (value === undefined) return otherwise;
  const text = typeof value === "string" ? value : "";
  // Digits only: Number() would also take "0x10", "1e3" and blanks.
  const number = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new Lecture05Error("USAGE", {
    what: { en: `${option} cannot be "${shown(text)}"`, ja: `${option} に "${shown(text)}" は指定できません` },
    why: { en: `It takes ${least} to ${most}`, ja: `${least}〜${most} の整数を指定してください` },
    next: ["lecture05 drill --help"],
  });
}

function chooseHost({ options }: Invocation, hosts: readonly { readonly instanceId: string }[]): string {
  const [first] = hosts;
  if (!first) return missingRequirement("alb", ["ec2"]);
  if (typeof options.instance !== "string") return first.instanceId;
  if (hosts.some(({ instanceId }) => instanceId === options.instance)) return options.instance;
  const list = hosts.map(({ instanceId }) => instanceId).join(", ");
  throw new Lecture05Error("USAGE", {
    what: {
      en: `--instance: no host of this stack is called "${shown(options.instance)}"`,
      ja: `--instance: "${shown(options.instance)}" というホストはこのスタックにありません`,
    },
    why: { en: `The hosts are: ${list}`, ja: `ホスト: ${list}` },
    next: ["lecture05 status"],
  });
}

/** Visitors of a stack on AWS may be real ones, and the load costs its traffic. */
async function confirmOutage(
  invocation: Invocation,
  request: Pick<DrillRecord, "kind" | "instanceId" | "rate" | "seconds">,
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
