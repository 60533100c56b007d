import { createHash } from "node:crypto";
import { Lecture05Error } from "../errors.ts";
import type { CommandResult, RemoteScript } from "../ports/shell.ts";
import { createOutputCounter } from "../remote/count-output.ts";
import { isUsable } from "./ec2/usable.ts";
import type { StepName } from "./names.ts";
import type { Change, StepContext } from "./step.ts";
import { untranslated } from "../text.ts";
import { redact } from "../records/redact.ts";
import { createLineRedactor } from "../records/redact-lines.ts";

export interface HostAddress {
  readonly instanceId: string;
}

/**
 * The mark on an instance that says which scripts a step ran there. It lies in EC2's tags and not on the host, so that
 * a plan needs no remote command, and a lost state loses nothing.
 */
export const recipeTag = (step: StepName): string => `lecture05:recipe:${step}`;

export function recipeOf(scripts: readonly RemoteScript[]): string {
  const hash = createHash("sha256");
  for (const script of scripts) hash.update(`${script.name}\0${script.text}\0`);
  return hash.digest("hex").slice(0, 16);
}

/** The hosts on which a step's scripts have not run in their present form, or in another that is as good. */
export async function hostScriptsPlan(
  ctx: StepContext,
  step: StepName,
  scripts: readonly RemoteScript[],
  asGood: readonly string[] = [],
): Promise<Change[]> {
  const recipes = [recipeOf(scripts), ...asGood];
  const instances = (await ctx.ports.compute.findInstances(ctx.stack)).filter(({ state }) => state === "running");
  if (instances.length === 0) return scripts.map((script) => ({ action: "run", subject: `${script.name} on host-1` }));
  return instances
    .filter((instance) => !recipes.includes(instance.tags[recipeTag(step)] ?? ""))
    .flatMap((instance) =>
      scripts.map((script): Change => ({ action: "run", subject: `${script.name} on ${instance.name}` })),
    );
}

/** Those of the hosts on which a step's scripts have not run in their present form. */
export async function hostsWithout<Host extends HostAddress>(
  ctx: StepContext,
  step: StepName,
  scripts: readonly RemoteScript[],
  hosts: readonly Host[],
): Promise<Host[]> {
  const recipe = recipeOf(scripts);
  const instances = await ctx.ports.compute.findInstances(ctx.stack);
  const marked = instances.filter(({ tags }) => tags[recipeTag(step)] === recipe);
  return hosts.filter(({ instanceId }) => !marked.some(({ id }) => id === instanceId));
}

/** Whether every host bears the mark of a step; without `recipes` whatever form its scripts had then. */
export async function bearsMark(ctx: StepContext, step: StepName, recipes?: readonly string[]): Promise<boolean> {
  const instances = (await ctx.ports.compute.findInstances(ctx.stack)).filter(({ state }) => isUsable(state));
  const bears = (recipe: string | undefined): boolean =>
    recipe !== undefined && (recipes === undefined || recipes.includes(recipe));
  return instances.length > 0 && instances.every(({ tags }) => bears(tags[recipeTag(step)]));
}

/** Runs the scripts in order on every host, then marks the hosts. Scripts are idempotent, so a repeat is harmless. */
export async function runOnHosts(
  ctx: StepContext,
  step: StepName,
  hosts: readonly HostAddress[],
  scripts: readonly RemoteScript[],
  recipe = recipeOf(scripts),
): Promise<void> {
  for (const { instanceId } of hosts) {
    for (const [index, script] of scripts.entries()) {
      const place = `${index + 1}/${scripts.length}`;
      const message = {
        en: `${script.name} (${place}) on ${instanceId}`,
        ja: `${instanceId} で ${script.name} を実行しています (${place})`,
      };
      ctx.progress(message);
      const countOutput = createOutputCounter();
      const clean = createLineRedactor();
      await runScript(ctx, instanceId, script, (printed) => {
        const count = countOutput(printed);
        const output = { instanceId, script: script.name, lines: clean(printed) };
        ctx.progress(message, { output, ...(count ? { count } : {}) });
      });
    }
    await ctx.ports.compute.tagInstance(instanceId, { [recipeTag(step)]: recipe });
  }
}

/** Runs one script; a non-zero exit code becomes REMOTE_COMMAND_FAILED with the last lines it printed. */
export async function runScript(
  ctx: StepContext,
  instanceId: string,
  script: RemoteScript,
  onOutput?: (lines: readonly string[]) => void,
): Promise<CommandResult> {
  const options = { signal: ctx.signal, ...(onOutput ? { onOutput } : {}) };
  const result = await ctx.ports.shell.run(instanceId, script, options);
  throwIfFailed(script, result);
  return result;
}

/** REMOTE_COMMAND_FAILED for a script that ended with another exit code than 0. */
export function throwIfFailed(script: RemoteScript, { instanceId, exitCode, stdout, stderr }: CommandResult): void {
  if (exitCode === 0) return;
  // As a whole: half a private key would not be known for one.
  const tail = redact(stderr.trim() || stdout.trim())
    .split("\n")
    .slice(-8)
    .join("\n");
  throw new Lecture05Error("REMOTE_COMMAND_FAILED", {
    what: {
      en: `${script.name} failed on ${instanceId} with exit code ${exitCode}`,
      ja: `${instanceId} での ${script.name} が終了コード ${exitCode} で失敗しました`,
    },
    why: untranslated(tail),
    next: [
      `lecture05 exec --instance ${instanceId} -- cat /var/log/lecture05/${script.name}.err`,
      {
        en: "Run the same command again: it goes on at this step",
        ja: "同じコマンドを実行すると、このステップから再開します",
      },
    ],
  });
}
