import { z } from "zod";
import type { EngineEvent } from "../../src/engine/events.ts";
import { openSession, type Session } from "../../src/engine/session.ts";
import { createClock } from "../../src/engine/interrupt.ts";
import { Lecture05Error } from "../../src/errors.ts";
import type { Ports } from "../../src/ports/index.ts";
import { WorkLog } from "../../src/records/work-log.ts";
import type { StepName } from "../../src/steps/names.ts";
import type { Change, Check, Step, StepContext } from "../../src/steps/step.ts";

/** A world with things in it that a step can make; stands in for AWS where only the engine is looked at. */
export class ToyCloud {
  readonly things = new Map<string, { token: string }>();
  made = 0;

  make(name: string, token: string): string {
    // Like AWS: the same client token gives the same thing.
    for (const [id, thing] of this.things) if (thing.token === token) return id;
    const id = `${name}-${++this.made}`;
    this.things.set(id, { token });
    return id;
  }

  find(name: string): string | undefined {
    return [...this.things.keys()].find((id) => id.startsWith(`${name}-`));
  }
}

export interface ToyStep extends Step<{ id: string }> {
  check: Check;
  fail: Error | undefined;
  onApply: (ctx: StepContext) => void;
}

/** A step that makes one thing. */
export function toyStep(name: StepName, requires: readonly StepName[], cloud: ToyCloud): ToyStep {
  const step: ToyStep = {
    name,
    title: { en: `Step ${name}`, ja: `ステップ ${name}` },
    requires,
    output: z.object({ id: z.string() }),
    check: { name: "there", title: { en: "It is there", ja: "存在する" }, expected: "yes", observed: "yes", ok: true },
    fail: undefined,
    onApply: () => {},
    scripts: async () => [],
    async adopt(ctx) {
      const id = cloud.find(name);
      if (id) await ctx.record.found("ec2:vpc", name, id);
      return id ? { id } : undefined;
    },
    plan: async (): Promise<Change[]> => (cloud.find(name) ? [] : [{ action: "create", subject: name }]),
    async apply(ctx) {
      step.onApply(ctx);
      if (step.fail) throw step.fail;
      const known = cloud.find(name);
      if (known) await ctx.record.found("ec2:vpc", name, known);
      const id =
        known ??
        (await ctx.record.create(
          { type: "ec2:vpc", name },
          async (token) => cloud.make(name, token),
          (made) => made,
        ));
      return { id };
    },
    verify: async () => [step.check],
    modules: async () => [],
    async destroy(ctx) {
      const id = cloud.find(name);
      if (!id) return { deleted: [], leftovers: [] };
      cloud.things.delete(id);
      await ctx.record.gone("ec2:vpc", id);
      return { deleted: [{ type: "ec2:vpc", id }], leftovers: [] };
    },
  };
  return step;
}

export function openToySession(
  directory: string,
  steps: readonly Step[],
  controller = new AbortController(),
  // The toy steps ask nothing of the ports.
  ports = {} as Ports,
): Session & { events: EngineEvent[] } {
  const events: EngineEvent[] = [];
  const clock = createClock(controller.signal);
  const session = openSession({
    directory,
    stack: "toy",
    target: "sandbox",
    region: "ap-northeast-1",
    account: "000000000000",
    settings: { allow: undefined, instanceType: "t3.small", appDirectory: "/nonexistent" },
    ports,
    steps,
    clock,
    workLog: new WorkLog(directory, () => clock.now()),
    sink: (event) => events.push(event),
    signal: controller.signal,
    command: "lecture05 test",
    translate: (error) => (error instanceof Lecture05Error ? error : undefined),
  });
  return Object.assign(session, { events });
}
