import { costText, oldPricesNote } from "../../records/cost.ts";
import { expiryText } from "../../records/expiry.ts";
import { formatDuration } from "../../reporter/duration.ts";
import { createPaint, isFancy, type Paint } from "../../reporter/paint.ts";
import { columnsOf } from "../../reporter/reporter.ts";
import { displayWidth, table } from "../../reporter/width.ts";
import { wrap } from "../../reporter/wrap.ts";
import { dnsRecord, hostNameOf } from "../../steps/alb/dns.ts";
import type { countModules } from "../../state/modules.ts";
import type { Language, LocalizedText } from "../../text.ts";
import type { Invocation } from "../command.ts";
import type { LiveReport, StatusReport } from "./report.ts";
import { recordText } from "../../deploy/words.ts";
import { statusWords } from "./words.ts";

type ModuleCounts = ReturnType<typeof countModules>;
type Say = (words: LocalizedText) => string;
/** What was seen, in the reader's language. */
type Seen = (observed: string) => string;

/** The status for people. */
export async function statusLines(
  report: StatusReport,
  modules: ModuleCounts,
  invocation: Invocation,
  now: Date,
): Promise<string[]> {
  const { io, language, preferences } = invocation;
  const paint = createPaint(isFancy(io.stdout, io.env, preferences.color));
  const say: Say = (words) => words[language];
  const seen = await seenIn(language, report);
  const label = report.target === "sandbox" ? "[sandbox] " : "";
  const { stack, region, url } = report;
  const title = say({ en: `stack ${stack} (${region})`, ja: `スタック ${stack} (${region})` });
  const rows = report.steps.map((step, index) => {
    const [colour, sign, words] = statusWords[step.status];
    const passed = step.checks.filter(({ ok }) => ok).length;
    return [
      `  ${paint(colour, sign)}`,
      `${index + 1}`,
      step.name,
      paint(colour, say(words)),
      step.checks.length === 0
        ? "-"
        : say({ en: `checks ${passed}/${step.checks.length}`, ja: `確認 ${passed}/${step.checks.length}` }),
      step.durationMs === null ? "" : paint("dim", formatDuration(step.durationMs, language)),
    ];
  });
  const columns = columnsOf(io.stdout) ?? Number.POSITIVE_INFINITY;
  const lines = [
    paint("bold", label + title),
    ...(url ? [`  URL: ${paint("cyan", url)}`] : []),
    ...https(report, say),
    ...maintenance(report, say, paint),
    ...deployment(report, say, paint),
    ...working(report, say, paint),
    ...expiry(report, say, paint, now),
    ...cost(report, say, now),
    ...report.warnings.map(({ message }) => `  ${paint("yellow", "!")} ${say(message)}`),
    "",
    ...tableWithin(rows, columns),
    ...failedChecks(report, say, seen, paint),
    "",
    ...facts(report, modules, say),
    ...live(report.live, say, seen, paint),
    ...advice(report, say, paint),
  ];
  return lines.flatMap((line) => wrap(line, columns, "    "));
}

/** Its words are a seventh of what this command loads, and of use only where something was seen, to who reads no English. */
async function seenIn(language: Language, { live: now, steps }: StatusReport): Promise<Seen> {
  const isWell = steps.every(({ checks }) => checks.every(({ ok }) => ok));
  if (language === "en" || (isWell && now === undefined)) return (observed) => observed;
  const { inWords } = await import("../../observed.ts");
  return (observed) => inWords(observed)[language];
}

/** The steps' table; in a narrow terminal without the last column, the times. */
function tableWithin(rows: readonly (readonly string[])[], columns: number): string[] {
  const lines = table(rows);
  return lines.every((line) => displayWidth(line) <= columns) ? lines : table(rows.map((row) => row.slice(0, -1)));
}

/** How to open the page where the certificate's name does not lead to it. */
function maintenance({ maintenance: isOn }: StatusReport, say: Say, paint: Paint): string[] {
  if (!isOn) return [];
  const words = {
    en: "maintenance is on: visitors see the page on S3 (end: lecture05 maintenance off)",
    ja: "メンテナンス表示中: S3 のページへ転送 (解除: lecture05 maintenance off)",
  };
  return [`  ${paint("yellow", "!")} ${say(words)}`];
}

/** The last deploy, and before all one that was cut short. */
function deployment({ deployment: facts }: StatusReport, say: Say, paint: Paint): string[] {
  const last = facts?.records.at(-1);
  if (!facts) return [];
  const { pending } = facts;
  const back = pending?.command === "rollback" ? "deploy" : "rollback";
  const words = pending && {
    en: `${pending.command} of release ${pending.release} is not complete (since ${pending.since}); go on: lecture05 ${pending.command}, back: lecture05 ${back}`,
    ja: `リリース ${pending.release} の ${pending.command} が完了していません (${pending.since} から)。続行: lecture05 ${pending.command}、取り消し: lecture05 ${back}`,
  };
  return [
    ...(words ? [`  ${paint("yellow", "!")} ${say(words)}`] : []),
    ...(last ? [`  ${say(recordText(last))}`] : []),
  ];
}

function https({ url, https: facts, target }: StatusReport, say: Say): string[] {
  if (!facts || url === null) return [];
  const { names, loadBalancerName } = facts;
  const host = hostNameOf(names);
  const lines = [say({ en: `certificate for ${names.join(", ")}`, ja: `証明書: ${names.join(", ")}` })];
  if (url !== `https://${host}`) {
    // In the sandbox there is no DNS that could be changed, and its authority is not one that programs trust.
    const way =
      target === "sandbox"
        ? {
            en: `to open it: curl --cacert CA --connect-to ${host}:443:${loadBalancerName}:443 https://${host}/ (CA: see lecture05 sandbox certificate)`,
            ja: `開くには: curl --cacert CA --connect-to ${host}:443:${loadBalancerName}:443 https://${host}/ (CA は lecture05 sandbox certificate で表示)`,
          }
        : dnsRecord(host, loadBalancerName);
    lines.push(say(way));
  }
  return lines.map((line) => `    ${line}`);
}

function expiry({ expiresAt, resources }: StatusReport, say: Say, paint: Paint, now: Date): string[] {
  if (expiresAt === null) return [];
  const isOver = Date.parse(expiresAt) <= now.getTime();
  return [`  ${paint(isOver ? "red" : "yellow", "!")} ${say(expiryText(expiresAt, now, resources))}`];
}

function cost({ cost: running }: StatusReport, say: Say, now: Date): string[] {
  if (!running) return [];
  const soFar = `$${running.soFarDollars.toFixed(2)}`;
  const rate = costText(running);
  const text = {
    en: `Cost: ${rate.en}, ${soFar} so far (an estimate from list prices as of ${running.pricesAsOf}, without traffic and S3's storage)`,
    ja: `料金: ${rate.ja}、これまでに ${soFar} (${running.pricesAsOf} 時点の定価からの概算。通信料と S3 の保存料を除く)`,
  };
  const old = oldPricesNote(now);
  return [`  ${say(text)}`, ...(old ? [`  ${say(old)}`] : [])];
}

function working({ working: worker }: StatusReport, say: Say, paint: Paint): string[] {
  if (!worker) return [];
  const { command, step, pid, host } = worker;
  const text = say({
    en: `"${command}" is at work${step ? ` at step ${step}` : ""} (process ${pid} on ${host})`,
    ja: `"${command}" を実行中です${step ? ` (ステップ ${step})` : ""} (${host} のプロセス ${pid})`,
  });
  return [`  ${paint("cyan", ">")} ${text}`];
}

function failedChecks(report: StatusReport, say: Say, seen: Seen, paint: Paint): string[] {
  const lines = report.steps.flatMap((step) =>
    step.checks
      .filter(({ ok }) => !ok)
      .map(
        ({ name, expected, observed }) =>
          `  ${paint("red", "✗")} ${step.name} ${name}: ${seen(observed)} (${say({ en: "expected", ja: "期待値" })}: ${seen(expected)})`,
      ),
  );
  return lines.length > 0 ? ["", ...lines] : [];
}

function facts({ resources, hosts }: StatusReport, { requested, pulledIn }: ModuleCounts, say: Say): string[] {
  const lines = hosts.map(
    ({ instanceId, availabilityZone, privateIp, release }) =>
      `  ${say({ en: "host", ja: "ホスト" })} ${instanceId}  ${availabilityZone}  ${privateIp}${release === null ? "" : `  ${say({ en: "release", ja: "リリース" })} ${release}`}`,
  );
  const counts = say({
    en: `  resources: ${resources.length}, modules: ${requested} asked for, ${pulledIn} pulled in`,
    ja: `  リソース: ${resources.length} 件、モジュール: ${requested} 件 (依存で追加: ${pulledIn} 件)`,
  });
  return [...lines, counts];
}

function live(report: LiveReport | undefined, say: Say, seen: Seen, paint: Paint): string[] {
  if (!report) return [];
  const lines = report.differences.map(
    ({ subject, expected, observed }) =>
      `  ${paint("red", "✗")} ${subject}: ${seen(observed)} (${say({ en: "expected", ja: "期待値" })}: ${seen(expected)})`,
  );
  const none = say({ en: "AWS agrees with the state", ja: "AWS と状態ファイルは一致しています" });
  return [
    "",
    paint("bold", say({ en: "Live", ja: "現在の AWS" })),
    ...(lines.length > 0 ? lines : [`  ${paint("green", "✓")} ${none}`]),
    ...report.targets.map(
      ({ instanceId, state, reason }) => `  ${instanceId}  ${seen(state)}${reason ? ` (${reason})` : ""}`,
    ),
  ];
}

function advice({ steps, resources, working: worker }: StatusReport, say: Say, paint: Paint): string[] {
  // Whoever is at work goes on by itself.
  if (worker) return [];
  const broken = steps.find(({ status }) => status === "failed" || status === "stale");
  if (broken) {
    return [
      "",
      say({
        en: `Step ${broken.name} is not complete. To go on:`,
        ja: `ステップ ${broken.name} が完了していません。続けるには:`,
      }),
      `  ${paint("cyan", "lecture05 up")}`,
      `  ${paint("cyan", `lecture05 logs --step ${broken.name}`)}`,
    ];
  }
  if (steps.every(({ status }) => status === "pending") && resources.length === 0) {
    return [
      "",
      say({ en: "Nothing is here yet. To start:", ja: "まだ何もありません。始めるには:" }),
      `  ${paint("cyan", "lecture05 up")}`,
    ];
  }
  return [];
}
