import type { HostCommand, HostCommandResult, HostSpec } from "../../../src/sandbox/runtime.ts";
import { FakeRuntime, hostResult } from "../../support/fake-runtime.ts";
import { answerOf, type HostFacts } from "./script-answers.ts";

/** What of the double outlives a restart of the daemon, as containers do. */
export interface HostsSnapshot {
  readonly networks: FakeRuntime["networks"];
  readonly hosts: FakeRuntime["hosts"];
  readonly loadBalancers: FakeRuntime["loadBalancers"];
  readonly images: FakeRuntime["images"];
  readonly scriptsRun: Map<string, string[]>;
  readonly scriptsIn: Map<string, readonly string[]>;
  readonly databases: Pick<FakeRuntime["databases"], (typeof databaseParts)[number]>;
}

const parts = ["networks", "hosts", "loadBalancers", "images", "scriptsRun", "scriptsIn"] as const;
const databaseParts = ["storages", "snapshots", "servers", "passwords"] as const;

const momentMs = 2;

const fill = (map: ReadonlyMap<string, unknown>, from: ReadonlyMap<string, unknown>): void => {
  for (const [key, value] of from) (map as Map<string, unknown>).set(key, value);
};

/**
 * Hosts that take no time: they know which scripts were carried out on them and answer probes accordingly, so that a
 * script that was skipped shows.
 */
export class DoubleHosts extends FakeRuntime {
  /** Host to the names of the scripts that came to their end there. */
  readonly scriptsRun = new Map<string, string[]>();
  /** The same by image. */
  private readonly scriptsIn = new Map<string, readonly string[]>();
  /** Asked for what only the cloud around the host knows (its instance id, the load balancer's address). */
  factsOf: (instanceId: string) => HostFacts = (instanceId) => ({
    instanceId,
    loadBalancerIp: "",
    metadataIsOn: true,
    requestOf: () => undefined,
  });
  /** Called when a script has come to its end. */
  onScript: (instanceId: string, name: string) => Promise<void> = async () => {};
  /** How long scripts of a name take; the others are done in a moment. */
  readonly durationsMs = new Map<string, number>();
  /** How to cancel what runs now, by command id. */
  private readonly running = new Map<string, () => void>();

  constructor(from?: HostsSnapshot) {
    super();
    this.onExec = (instanceId, command) => this.agent(instanceId, command);
    this.onLoadBalancerCommand = (id) => this.statistics(id);
    if (!from) return;
    const copy = structuredClone(from);
    for (const part of parts) fill(this[part], copy[part]);
    for (const part of databaseParts) fill(this.databases[part], copy.databases[part]);
  }

  snapshot(): HostsSnapshot {
    const { networks, hosts, loadBalancers, images, scriptsRun, scriptsIn } = this;
    const { storages, snapshots, servers, passwords } = this.databases;
    const databases = { storages, snapshots, servers, passwords };
    return structuredClone({ networks, hosts, loadBalancers, images, scriptsRun, scriptsIn, databases });
  }

  /** What ran on the host that an image is of has run on its copies. */
  override async launchHost(host: HostSpec): Promise<void> {
    await super.launchHost(host);
    const scripts = this.scriptsIn.get(host.imageId ?? "");
    if (scripts) this.scriptsRun.set(host.instanceId, [...scripts]);
  }

  override async captureImage(instanceId: string, imageId: string, options: { reboot: boolean }): Promise<void> {
    await super.captureImage(instanceId, imageId, options);
    this.scriptsIn.set(imageId, [...(this.scriptsRun.get(instanceId) ?? [])]);
  }

  override async removeHost(instanceId: string): Promise<void> {
    await super.removeHost(instanceId);
    this.scriptsRun.delete(instanceId);
  }

  /** The programs that the sandbox runs in a host in the SSM agent's place (src/sandbox/ssm/runner.ts). */
  private async agent(instanceId: string, { argv, stdin }: HostCommand): Promise<HostCommandResult> {
    if (argv[0] === "systemctl") return hostResult(0);
    const commandId = argv.find((word) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(word)) ?? "";
    const isCancel = argv[2]?.includes('"$1/cancel"') === true;
    if (isCancel) {
      this.running.get(commandId)?.();
      return hostResult(0);
    }
    // Without a script it is asked for one that was started before the daemon's restart: the double keeps none.
    return stdin ? this.runScript(instanceId, commandId, Buffer.from(stdin).toString("utf8")) : hostResult(95);
  }

  private async runScript(instanceId: string, commandId: string, wrapped: string): Promise<HostCommandResult> {
    const name = /^log=.*\/([^/\n]+)$/m.exec(wrapped)?.[1];
    const token = /<<'END_([0-9a-f]+)'/.exec(wrapped)?.[1];
    if (name === undefined || token === undefined) return hostResult(0, "exit 1\n", `not wrapped: ${wrapped}`);
    let timer: NodeJS.Timeout | undefined;
    const work = new Promise<"done" | "cancelled">((resolve) => {
      timer = setTimeout(() => resolve("done"), this.durationsMs.get(name) ?? momentMs);
      this.running.set(commandId, () => resolve("cancelled"));
    });
    try {
      if ((await work) === "cancelled") return hostResult(0, "cancelled\n");
      const done = this.scriptsRun.get(instanceId) ?? [];
      const output = answerOf(name, wrapped, done, this.factsOf(instanceId));
      if (!done.includes(name)) this.scriptsRun.set(instanceId, [...done, name]);
      await this.onScript(instanceId, name);
      const size = Buffer.byteLength(output);
      return hostResult(0, `exit 0\n${output}\nlecture05-output ${token} ${size} 0 0\n`);
    } catch (error) {
      // To the sandbox an exception is a connection that broke: it would send the script again until its time is over.
      const message = String(error);
      return hostResult(0, `exit 1\n\nlecture05-output ${token} 0 0 ${Buffer.byteLength(message)}\n`, message);
    } finally {
      clearTimeout(timer);
      this.running.delete(commandId);
    }
  }

  /** HAProxy's "show stat": every server is up as soon as it is configured. */
  private statistics(id: string): string {
    const rows: string[] = [];
    let backend = "";
    for (const line of (this.loadBalancers.get(id)?.configuration ?? "").split("\n")) {
      backend = /^backend (\S+)/.exec(line)?.[1] ?? backend;
      const server = /^ {2}server (\S+) .* check/.exec(line)?.[1];
      if (server) rows.push(`${backend},${server},UP,1,L7OK,200,`);
    }
    return ["# pxname,svname,status,lastchg,check_status,check_code,", ...rows, ""].join("\n");
  }
}
