import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../../src/engine/session.ts";
import { Lecture05Error } from "../../src/errors.ts";
import type { CommandResult, RemoteScript } from "../../src/ports/shell.ts";
import { lectureSteps } from "../../src/steps/names.ts";
import { startGroupStack, type GroupStack } from "../steps/redundancy/stack.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

export const first = "aaaaaaaaaaaa";
const recipe = "lecture05:recipe:puma";

/** What a host has on its disk and what runs there, as far as the scripts of a deploy change it. */
export interface HostModel {
  there: Set<string>;
  link: string;
  env: string;
  running: string;
  standIn: string | undefined;
  /** Puma's socket lies where Nginx does not see it. */
  aside: boolean;
}

export interface DeployStack extends GroupStack {
  session: Session;
  readonly models: Map<string, HostModel>;
  /** "SCRIPT INSTANCE", in the order in which they ended. */
  readonly scripts: string[];
  /** What must not happen: a host that is switched while visitors are sent to it, or a visitor without a page. */
  readonly faults: string[];
  /** Releases whose page is an error. */
  readonly broken: Set<string>;
  /** Scripts that fail, by name. */
  readonly failing: Set<string>;
  /** Changes what a host's probe says, to see its check fail. */
  distort: (probes: Record<string, string>) => Record<string, string>;
  /** Called before each script; what it throws ends the command there. */
  onScript: (name: string, instanceId: string) => void;
  /** A directory with an application of this content. */
  application(content: string): void;
  /** Another process opens what is on disk. */
  reopen(): void;
  running(): string[];
}

/** A stack with one host, or two in a group, whose hosts know what a deploy does to them. */
export async function startDeployStack(hosts: 1 | 2): Promise<DeployStack> {
  const base = await startGroupStack();
  const { world } = base.sandbox;
  const stack: DeployStack = Object.assign(base, {
    models: new Map<string, HostModel>(),
    scripts: [] as string[],
    faults: [] as string[],
    broken: new Set<string>(),
    failing: new Set<string>(),
    distort: (probes: Record<string, string>) => probes,
    onScript: () => {},
    application(content: string) {
      const directory = temporaryDirectory();
      mkdirSync(join(directory, "app"));
      for (const name of ["Gemfile", "Gemfile.lock", "config.ru", "app/page"]) {
        writeFileSync(join(directory, name), content);
      }
      Object.assign(stack.session.settings, { appDirectory: directory });
    },
    reopen() {
      const { settings } = stack.session;
      stack.session.close();
      stack.session = base.openSession();
      Object.assign(stack.session.settings, settings);
    },
    running: () => stack.session.store.state.hosts.map(({ instanceId }) => modelOf(instanceId).running),
  });
  const { session, models } = stack;
  const released = new Map([["recipe-a", first]]);

  function modelOf(instanceId: string): HostModel {
    const mark = world.ec2.data.tags[instanceId]?.[recipe] ?? "";
    const release = released.get(mark) ?? first;
    const fresh = { there: new Set([first, release]), link: release, env: release, running: release };
    const model = models.get(instanceId) ?? { ...fresh, standIn: undefined, aside: false };
    models.set(instanceId, model);
    return model;
  }
  const targets = (): string[] =>
    Object.values(world.elbv2.data.targetGroups).flatMap(({ targets: all }) =>
      all.filter(({ drainedAt }) => drainedAt === undefined).map(({ id }) => id),
    );
  const serving = ({ running, standIn, aside }: HostModel): string | undefined =>
    aside ? standIn : running || standIn;

  async function run(instanceId: string, script: RemoteScript): Promise<CommandResult> {
    const { name, text } = script;
    stack.onScript(name, instanceId);
    const host = modelOf(instanceId);
    const release = /(?:releases\/|APP_RELEASE=|release )"?([0-9a-f]{12})/.exec(text)?.[1] ?? "";
    let [exitCode, stdout] = [stack.failing.has(name) ? 1 : 0, ""];
    const others = targets().filter((id) => id !== instanceId).length;
    if (["configure-app", "start-puma"].includes(name) && targets().includes(instanceId) && others > 0) {
      stack.faults.push(`${name} on ${instanceId} in rotation`);
    }
    if (exitCode === 0) {
      switch (name) {
        case "prepare-aside":
          host.there.add(release);
          break;
        case "migrate":
          if (!host.there.has(release)) exitCode = 1;
          stdout = "== 20260101000003 AddColour: migrated (0.0012s) ==\n";
          break;
        case "configure-app":
          host.env = release;
          break;
        case "prepare-release":
          if (host.there.has(release)) host.link = release;
          else exitCode = 1;
          break;
        case "start-puma":
          // Between the two nobody but a stand-in answers.
          if (targets().includes(instanceId) && !(host.standIn && host.aside)) stack.faults.push("a gap");
          Object.assign(host, { running: host.link, aside: false });
          if (host.env !== host.link) stack.faults.push("another release's settings");
          break;
        case "remove-release":
          if (host.link === release) exitCode = 1;
          else host.there.delete(release);
          break;
        case "start-stand-in":
          if (host.aside) stack.faults.push("the stand-in restarted while it served");
          if (stack.broken.has(release) || !host.there.has(release)) exitCode = 1;
          else host.standIn = release;
          break;
        case "hand-over":
          host.aside = host.standIn !== undefined;
          break;
        case "end-stand-in":
          host.aside = false;
          host.standIn = undefined;
          break;
        case "probe-release": {
          const page = stack.broken.has(serving(host) ?? "") ? "500" : "200";
          const probes = {
            link: host.link,
            settings: host.env,
            running: host.running,
            up: "200",
            page,
            named: host.running,
            stylesheet: "200 text/css",
            there: [...host.there].join(" "),
            stand_in: host.standIn ? "active" : "inactive",
          };
          const told = stack.distort(probes);
          stdout = Object.entries(told)
            .map(([key, value]) => `probe ${key} ${value}\n`)
            .join("");
          break;
        }
      }
    }
    stack.scripts.push(`${name} ${instanceId}`);
    return {
      instanceId,
      commandId: "c",
      exitCode,
      stdout,
      stderr: exitCode === 0 ? "" : `${name} broke`,
      durationMs: 1,
    };
  }
  Object.assign(stack.ports.shell, {
    run,
    runOnAll: (ids: readonly string[], script: RemoteScript) => Promise.all(ids.map((id) => run(id, script))),
  });
  let turn = 0;
  const request = async () => {
    const ids = targets();
    const id = ids[turn++ % Math.max(ids.length, 1)];
    if (id === undefined) stack.faults.push("nobody in rotation");
    const release = id === undefined ? undefined : serving(modelOf(id));
    const isWell = release !== undefined && !stack.broken.has(release);
    if (!isWell) stack.faults.push(`a visitor got an error from ${id}`);
    const html = `<footer><dd>${id}</dd><dd>zone</dd><dd>${release}</dd></footer>`;
    return { kind: "answer", status: isWell ? 200 : 500, headers: {}, body: Buffer.from(html) };
  };
  Object.assign(stack.ports, { http: { ...stack.ports.http, request } });

  for (const { id } of Object.values(world.ec2.data.instances)) {
    await stack.ports.compute.tagInstance(id, { [recipe]: "recipe-a" });
  }
  if (hosts === 2) await stack.apply(2);
  for (const name of lectureSteps) session.recordOf(name).status = "done";
  session.recordOf("puma").output = { release: first };
  await session.save();
  for (let look = 0; look < 12; look++) await session.clock.sleep(5000);
  // What the mark of a host that is launched later stands for.
  const { compute } = stack.ports;
  const tagInstance = compute.tagInstance.bind(compute);
  compute.tagInstance = async (id, tags) => {
    const mark = tags[recipe];
    if (mark !== undefined) released.set(mark, modelOf(id).running);
    return tagInstance(id, tags);
  };
  stack.scripts.length = 0;
  return stack;
}

/** The error that a command ends with. */
export async function errorOf(work: Promise<unknown>): Promise<Lecture05Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Lecture05Error) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
