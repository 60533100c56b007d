import type {
  FirewallMember,
  FirewallRules,
  HostCommand,
  HostCommandResult,
  HostSpec,
  HostState,
  LoadBalancerLogLine,
  LoadBalancerSpec,
  Runtime,
  SecretFile,
} from "../../src/sandbox/runtime.ts";
import { RangeInUseError } from "../../src/sandbox/runtime.ts";
import { FakeDatabases } from "./fake-databases.ts";

/** The machine behind the sandbox, in memory: it remembers what it was told and answers what a test sets. */
export class FakeRuntime implements Runtime {
  /** Every call in order, e.g. "launchHost i-0123". */
  readonly calls: string[] = [];
  /** VPC id to range. */
  readonly networks = new Map<string, string>();
  readonly hosts = new Map<string, HostSpec & { state: "running" | "stopped" }>();
  /** By image id, of which host and how they were made. */
  readonly images = new Map<string, { instanceId: string; reboot: boolean }>();
  /** Keyed by `kind:id`. */
  readonly firewalls = new Map<string, FirewallRules>();
  readonly loadBalancers = new Map<
    string,
    LoadBalancerSpec & { configuration: string; certificates: readonly SecretFile[] }
  >();
  readonly databases = new FakeDatabases((call, id) => this.note(call, id));
  readonly executed: { instanceId: string; command: HostCommand }[] = [];
  /** Ranges that another network of the machine has. */
  readonly usedRanges = new Set<string>();
  /** Answers commands on hosts; by default they succeed and say nothing. */
  onExec: (instanceId: string, command: HostCommand) => Promise<HostCommandResult> | HostCommandResult = () =>
    hostResult(0);
  /** Answers HAProxy's runtime API. */
  onLoadBalancerCommand: (id: string, command: string) => string = () => "";
  /** What HAProxy has logged. */
  onLoadBalancerLog: (id: string) => readonly LoadBalancerLogLine[] = () => [];
  /** Set to make the next call of this name fail. */
  readonly failNext = new Map<string, Error>();

  async createNetwork(network: { vpcId: string; cidr: string }): Promise<void> {
    this.note("createNetwork", network.vpcId);
    if (this.usedRanges.has(network.cidr)) throw new RangeInUseError(`${network.cidr} is in use`);
    this.networks.set(network.vpcId, network.cidr);
  }

  async removeNetwork(vpcId: string): Promise<void> {
    this.note("removeNetwork", vpcId);
    this.networks.delete(vpcId);
  }

  async launchHost(host: HostSpec): Promise<void> {
    this.note("launchHost", host.instanceId);
    this.hosts.set(host.instanceId, { ...host, state: "running" });
  }

  async startHost(instanceId: string): Promise<void> {
    this.note("startHost", instanceId);
    this.host(instanceId).state = "running";
  }

  async stopHost(instanceId: string): Promise<void> {
    this.note("stopHost", instanceId);
    this.host(instanceId).state = "stopped";
  }

  async rebootHost(instanceId: string): Promise<void> {
    this.note("rebootHost", instanceId);
    this.host(instanceId);
  }

  async removeHost(instanceId: string): Promise<void> {
    this.note("removeHost", instanceId);
    this.hosts.delete(instanceId);
    this.firewalls.delete(`host:${instanceId}`);
  }

  async hostStates(): Promise<Map<string, HostState>> {
    return new Map([...this.hosts].map(([id, host]) => [id, host.state]));
  }

  async consoleOutput(instanceId: string): Promise<string> {
    this.host(instanceId);
    return "";
  }

  async keepForOthers(instanceId: string): Promise<string[]> {
    this.note("keepForOthers", instanceId);
    return [];
  }

  async captureImage(instanceId: string, imageId: string, { reboot }: { reboot: boolean }): Promise<void> {
    this.note("captureImage", imageId);
    this.host(instanceId);
    this.images.set(imageId, { instanceId, reboot });
  }

  async removeImage(imageId: string): Promise<void> {
    this.note("removeImage", imageId);
    this.images.delete(imageId);
  }

  async exec(instanceId: string, command: HostCommand): Promise<HostCommandResult> {
    this.note("exec", instanceId);
    this.executed.push({ instanceId, command });
    return this.onExec(instanceId, command);
  }

  async applyFirewall(member: FirewallMember, rules: FirewallRules): Promise<void> {
    this.note("applyFirewall", member.id);
    this.firewalls.set(`${member.kind}:${member.id}`, rules);
  }

  async launchLoadBalancer(loadBalancer: LoadBalancerSpec): Promise<void> {
    this.note("launchLoadBalancer", loadBalancer.id);
    this.loadBalancers.set(loadBalancer.id, { ...loadBalancer, configuration: "", certificates: [] });
  }

  async configureLoadBalancer(
    id: string,
    configuration: string,
    certificates: readonly SecretFile[] = [],
  ): Promise<void> {
    this.note("configureLoadBalancer", id);
    const loadBalancer = this.loadBalancers.get(id);
    if (!loadBalancer) throw new Error(`no load balancer ${id}`);
    this.loadBalancers.set(id, { ...loadBalancer, configuration, certificates });
  }

  async loadBalancerCommand(id: string, command: string): Promise<string> {
    return this.onLoadBalancerCommand(id, command);
  }

  async loadBalancerLog(id: string): Promise<readonly LoadBalancerLogLine[]> {
    return this.loadBalancers.has(id) ? this.onLoadBalancerLog(id) : [];
  }

  async removeLoadBalancer(id: string): Promise<void> {
    this.note("removeLoadBalancer", id);
    this.loadBalancers.delete(id);
    this.firewalls.delete(`load-balancer:${id}`);
  }

  async loadBalancerStates(): Promise<Map<string, "running" | "stopped">> {
    return new Map([...this.loadBalancers.keys()].map((id) => [id, "running"]));
  }

  async inventory(): Promise<{ containers: string[]; networks: string[]; images: string[]; volumes: string[] }> {
    return {
      containers: [...this.hosts.keys(), ...this.loadBalancers.keys(), ...this.databases.servers.keys()],
      networks: [...this.networks.keys()],
      images: [...this.images.keys()],
      volumes: [...this.databases.storages.keys(), ...this.databases.snapshots.keys()],
    };
  }

  private note(call: string, id: string): void {
    this.calls.push(`${call} ${id}`);
    const failure = this.failNext.get(call);
    if (!failure) return;
    this.failNext.delete(call);
    throw failure;
  }

  private host(instanceId: string): HostSpec & { state: "running" | "stopped" } {
    const host = this.hosts.get(instanceId);
    if (!host) throw new Error(`no host ${instanceId}`);
    return host;
  }
}

/** A finished command's result, for `onExec`. */
export function hostResult(exitCode: number, stdout = "", stderr = ""): HostCommandResult {
  return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
}
