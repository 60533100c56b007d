import { applyStep } from "../engine/run.ts";
import { Lecture05Error } from "../errors.ts";
import { table } from "../reporter/width.ts";
import { isExtra, type StepName } from "../steps/names.ts";
import { checkApp } from "./check-app.ts";
import type { Command, Invocation } from "./command.ts";
import { prepareForCosts } from "./confirm-costs.ts";
import { keepCertificate, requireUsable, wantedCertificate } from "./certificate.ts";
import { keepExpiry, wantedExpiry } from "./expiry.ts";
import { identify } from "./identity.ts";
import { keepLoadBalancer, requireRules, wantedLoadBalancer } from "./load-balancer.ts";
import { adoptingFirst } from "./lost-state.ts";
import { scriptContext } from "./script-context.ts";
import { reach, withSession } from "./stack-session.ts";
import { statusText } from "./status/words.ts";
import { parseStepName } from "./step-name.ts";

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
  return reach(invocation, async (reached) => {
    const expiry = wantedExpiry(invocation, reached);
    const certificate = wantedCertificate(invocation, reached);
    const loadBalancer = wantedLoadBalancer(invocation, reached.state);
    if (wanted === "static-site") requireRules(reached.state);
    const confirmCosts = await prepareForCosts(invocation, reached, wanted, expiry);
    await requireUsable(certificate, reached);
    const { before, work } = adoptingFirst(invocation, confirmCosts, async (session) => {
      await keepExpiry(session, expiry);
      await keepCertificate(session, certificate);
      await keepLoadBalancer(session, loadBalancer);
      await applyStep(session, wanted);
      return 0;
    });
    return withSession(invocation, reached, true, work, before);
  });
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
