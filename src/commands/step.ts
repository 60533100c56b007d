import { applyStep, requireBefore, stepNamed } from "../engine/run.ts";
import { Lecture05Error } from "../errors.ts";
import { table } from "../reporter/width.ts";
import { isExtra, type StepName } from "../steps/names.ts";
import { checkApp } from "./check-app.ts";
import type { Command, Invocation } from "./command.ts";
import { prepareForCosts } from "./confirm-costs.ts";
import { requireUsable } from "./certificate.ts";
import { identify } from "./identity.ts";
import { adoptingFirst } from "./lost-state.ts";
import { scriptContext } from "./script-context.ts";
import { reach, withSession, type Known, type Reached } from "./stack-session.ts";
import { statusText } from "./status/words.ts";
import { parseStepName } from "./step-name.ts";
import { keepWanted, wantedOf } from "./wanted.ts";

export const step: Command = async (invocation) => {
  const { args, options } = invocation;
  const [name] = args;
  if (options.list === true) return list(invocation);
  if (name === undefined) {
    throw new Lecture05Error("USAGE", {
      what: { en: "Which step?", ja: "ステップ名を指定してください" },
      next: ["lecture05 step --list", "lecture05 step NAME"],
    });
  }
  const wanted = parseStepName(name);
  await checkApp(invocation.preferences);
  if (options.show === true) return show(invocation, wanted);
  const work = async (reached: Reached): Promise<number> => {
    const settings = wantedOf(invocation, reached, wanted);
    const confirmCosts = await prepareForCosts(invocation, reached, wanted, settings);
    await requireUsable(settings.certificate, reached);
    const adopting = adoptingFirst(invocation, confirmCosts, async (session) => {
      await keepWanted(session, settings);
      await applyStep(session, wanted);
      return 0;
    });
    return withSession(invocation, reached, true, adopting.work, adopting.before);
  };
  const refuse = async (known: Known): Promise<void> => {
    wantedOf(invocation, known, wanted);
    const { state } = known;
    // Without a state the stack may be there all the same, and be adopted.
    if (!state) return;
    const chosen = stepNamed({ steps: await (await invocation.services()).steps() }, wanted);
    requireBefore(chosen, (required) => state.steps.find(({ name: of }) => of === required)?.status === "done");
  };
  return reach(invocation, work, { refuse });
};

async function list(invocation: Invocation): Promise<number> {
  const { state } = identify(invocation.preferences);
  const steps = await (await invocation.services()).steps();
  const rows = steps.map(({ name, title, requires }, index) => ({
    number: index + 1,
    name,
    title,
    requires,
    extra: isExtra(name),
    status: state?.steps.find((record) => record.name === name)?.status ?? "pending",
  }));
  if (invocation.json) for (const row of rows) invocation.print(JSON.stringify({ type: "step", ...row }));
  else {
    const lines = table(
      rows.map((row) => [
        String(row.number),
        row.name,
        invocation.text(statusText(row.status)),
        invocation.text(row.title),
      ]),
    );
    const extras = lines.filter((_, index) => rows[index]?.extra);
    invocation.print(...lines.filter((_, index) => !rows[index]?.extra));
    if (extras.length > 0) {
      const beyond = {
        en: "Beyond the lecture, when asked for (lecture05 up --to NAME):",
        ja: "講義の先のステップ (lecture05 up --to 名前 で実行):",
      };
      invocation.print("", invocation.text(beyond), ...extras);
    }
  }
  return 0;
}

/** The scripts word for word as they would run now; needs no AWS and no sandbox. */
async function show(invocation: Invocation, name: StepName): Promise<number> {
  const steps = await (await invocation.services()).steps();
  const wanted = steps.find((candidate) => candidate.name === name);
  if (!wanted) throw new Error(`no step ${name}`);
  const scripts = await wanted.scripts(scriptContext(invocation.preferences));
  if (invocation.json) {
    for (const script of scripts) invocation.print(JSON.stringify({ type: "script", step: name, ...script }));
    return 0;
  }
  if (scripts.length === 0) {
    invocation.print(
      invocation.text({
        en: `# Step ${name} runs nothing on the hosts: it only calls AWS`,
        ja: `# ステップ ${name} はホスト上では何も実行せず、AWS の呼び出しのみ行います`,
      }),
    );
  }
  for (const script of scripts) {
    invocation.print(`# --- ${script.name} (timeout ${script.timeoutMs / 1000} s) ---`, script.text.trimEnd(), "");
  }
  return 0;
}
