import { Lecture05Error } from "../errors.ts";
import { createPaint, isFancy, type Paint } from "../reporter/paint.ts";
import type { Command, Invocation } from "./command.ts";
import { checks } from "./doctor/checks.ts";
import type { Finding } from "./doctor/probes.ts";

const signs = { ok: ["green", "✓"], warning: ["yellow", "!"], failed: ["red", "✗"] } as const;

/** Looks at each prerequisite. Exit code 1 when the sandbox would not work. */
export const doctor: Command = async (invocation) => {
  const { io, preferences, json } = invocation;
  const services = await invocation.services();
  const site = { env: io.env, stateDirectory: preferences.directory, signal: invocation.signal() };
  const [probes, repairs] = await Promise.all([services.probes(site), services.repairs(site)]);
  const reporter = await invocation.reporter();
  const paint = createPaint(isFancy(io.stdout, io.env, preferences.color));
  const show = (finding: Finding, fixed: boolean): void => {
    reporter.pause();
    if (json) invocation.print(JSON.stringify(findingEvent(finding, fixed)));
    else invocation.print(...findingLines(finding, fixed, invocation, paint));
  };

  let failed = 0;
  for (const check of checks) {
    let finding = await check(probes);
    let fixed = false;
    if (finding.status !== "ok" && finding.repair && invocation.options.fix === true) {
      reporter.progress({
        en: `putting it right: ${finding.title.en}`,
        ja: `修復しています: ${finding.title.ja}`,
      });
      try {
        await finding.repair(repairs, (message) => reporter.progress(message));
      } catch (error) {
        // One thing that cannot be put right must not hide what the others say.
        if (!(error instanceof Lecture05Error) || error.code === "INTERRUPTED") throw error;
        reporter.failure(error, 1);
      }
      finding = await check(probes);
      fixed = finding.status === "ok";
    }
    show(finding, fixed);
    if (finding.status === "failed") failed += 1;
  }
  if (!json) invocation.print("", invocation.text(summary(failed)));
  return failed > 0 ? 1 : 0;
};

function summary(failed: number): { en: string; ja: string } {
  return failed === 0
    ? { en: "Ready: lecture05 up", ja: "準備ができています: lecture05 up" }
    : {
        en: `${failed} to put right. What can be done by itself: lecture05 doctor --fix`,
        ja: `要対応: ${failed} 件。自動で直せるものは: lecture05 doctor --fix`,
      };
}

function findingEvent({ name, title, status, observed, fix }: Finding, fixed: boolean): object {
  const actions = status === "ok" ? [] : (fix ?? []);
  return { type: "doctor.finding", name, title, status, observed, fix: actions, fixed };
}

function findingLines(finding: Finding, fixed: boolean, { language }: Invocation, paint: Paint): string[] {
  const [colour, sign] = signs[finding.status];
  const note = fixed ? (language === "ja" ? " (修復しました)" : " (put right)") : "";
  const head = `${paint(colour, sign)} ${finding.title[language]}: ${finding.observed[language]}${note}`;
  if (finding.status === "ok") return [head];
  return [
    head,
    ...(finding.fix ?? []).map(
      (action) => `    → ${typeof action === "string" ? paint("cyan", action) : action[language]}`,
    ),
  ];
}
