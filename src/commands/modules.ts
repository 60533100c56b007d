import { Lecture05Error } from "../errors.ts";
import { diffModules, isSame, type ModuleDiff } from "../records/module-diff.ts";
import { listModules, parseModules } from "../remote/modules.ts";
import { table } from "../reporter/width.ts";
import { modulesOf } from "../state/modules.ts";
import type { InstalledModule, ModuleRecord, State } from "../state/schema.ts";
import { stepNames } from "../steps/names.ts";
import type { Command, Invocation } from "./command.ts";
import { requireState } from "./require-state.ts";
import { reach } from "./stack-session.ts";
import { optionalStepName, parseStepName } from "./step-name.ts";
import { shown } from "../text.ts";

/** The record of installed modules: listed, compared between stages or hosts, or held against the hosts. */
export const modules: Command = async (invocation) => {
  const { options, preferences } = invocation;
  // What was typed is looked at first: it is wrong whether or not there is a stack.
  const step = optionalStepName(options.step);
  const state = requireState(preferences);
  if (options.check === true) return check(invocation, state);
  if (typeof options.diff === "string") {
    const [before, after] = sidesOf(options.diff, state);
    show(invocation, diffModules(before, after));
    return 0;
  }
  const listed = modulesOf(state).filter((module) => step === undefined || module.step === step);
  if (invocation.json) for (const module of listed) invocation.print(JSON.stringify({ type: "module", ...module }));
  else {
    const origin = ({ requested }: InstalledModule): string =>
      invocation.text(requested ? { en: "asked for", ja: "指定" } : { en: "pulled in", ja: "依存" });
    const rows = listed
      .toSorted((a, b) => Number(b.requested) - Number(a.requested))
      .map((module) => [
        module.name,
        module.version,
        module.manager,
        origin(module),
        module.step,
        module.licence ?? "-",
        module.instanceId,
      ]);
    invocation.print(...table(rows));
  }
  return 0;
};

/** "puma..nginx": what both stages had, each with all before it; "i-1..i-2": what is on two hosts. */
function sidesOf(diff: string, state: State): [InstalledModule[], InstalledModule[]] {
  const [from, to, ...rest] = diff.split("..");
  if (!from || !to || rest.length > 0) {
    throw new Lecture05Error("USAGE", {
      what: {
        en: `--diff: "${shown(diff)}" does not name two stages or two hosts`,
        ja: `--diff: "${shown(diff)}" は 2 つの段階・ホストの指定ではありません`,
      },
      next: ["lecture05 modules --diff puma..nginx", "lecture05 modules --diff i-0123..i-4567"],
    });
  }
  return [sideOf(from, state), sideOf(to, state)];
}

function sideOf(name: string, state: State): InstalledModule[] {
  if (name.startsWith("i-")) return onHost(name, state);
  const step = parseStepName(name);
  if (!state.steps.some((record) => record.name === step && record.status !== "pending")) {
    throw new Lecture05Error("STEP_REQUIREMENT_MISSING", {
      what: {
        en: `--diff: stage ${step} has not been carried out yet`,
        ja: `--diff: ステップ ${step} はまだ実行されていません`,
      },
      next: [`lecture05 up --to ${step}`],
    });
  }
  const last = stepNames.indexOf(step);
  return modulesOf(state).filter((module) => stepNames.indexOf(module.step) <= last);
}

function onHost(id: string, state: State): InstalledModule[] {
  if (state.hosts.some(({ instanceId }) => instanceId === id)) return modulesOn(id, state);
  const known = state.hosts.map(({ instanceId }) => instanceId).join(", ") || "-";
  throw new Lecture05Error("USAGE", {
    what: { en: `--diff: there is no host "${shown(id)}"`, ja: `--diff: インスタンス "${shown(id)}" はありません` },
    why: { en: `The hosts are: ${known}`, ja: `インスタンス: ${known}` },
    next: ["lecture05 status"],
  });
}

const modulesOn = (id: string, state: State): ModuleRecord[] =>
  modulesOf(state).filter(({ instanceId }) => instanceId === id);

/** What changed on the hosts since it was recorded. Exit code 1 when something did. */
async function check(invocation: Invocation, state: State): Promise<number> {
  const signal = invocation.signal();
  const present = await reach(invocation, async ({ connection: { ports } }) => {
    const lists = await Promise.all(
      state.hosts.map(async ({ instanceId }) =>
        parseModules((await ports.shell.run(instanceId, listModules(), { signal })).stdout, instanceId),
      ),
    );
    (await invocation.reporter()).pause();
    return lists;
  });
  let drifted = false;
  for (const [index, { instanceId }] of state.hosts.entries()) {
    const recorded = modulesOn(instanceId, state);
    const diff = diffModules(recorded, present[index] ?? []);
    drifted ||= !isSame(diff);
    show(invocation, diff, instanceId);
  }
  return drifted ? 1 : 0;
}

function show(invocation: Invocation, diff: ModuleDiff, instanceId?: string): void {
  const { added, removed, changed } = diff;
  if (invocation.json) {
    invocation.print(JSON.stringify({ type: "modules.diff", ...(instanceId ? { instanceId } : {}), ...diff }));
    return;
  }
  const head = instanceId ? [`${instanceId}:`] : [];
  if (isSame(diff)) {
    invocation.print(...head, invocation.text({ en: "  no difference", ja: "  差分はありません" }));
    return;
  }
  const rows = [
    ...added.map(({ name, version, manager }) => ["  +", name, version, manager]),
    ...removed.map(({ name, version, manager }) => ["  -", name, version, manager]),
    ...changed.map(({ before, after }) => ["  ~", after.name, `${before.version} → ${after.version}`, after.manager]),
  ];
  invocation.print(...head, ...table(rows));
}
