import { isFree } from "../free-address.ts";
import { AddressInUseError } from "../runtime.ts";
import type { World } from "../world.ts";
import { forgetFirewall, refreshFirewalls } from "../ec2/firewalls.ts";
import { isTakenByOthers, withFreeAddress } from "./addresses.ts";
import { admitTargets } from "./admission.ts";
import { usersOf } from "./associations.ts";
import { certificateFiles } from "./certificates.ts";
import { leavingServers } from "./haproxy/leaving-servers.ts";
import { configurationOf } from "./model.ts";
import { listenersOf, typeOf, type LoadBalancerRecord } from "./store.ts";

/** The port that is there from the start, so that the usual listener needs no new container. */
const usualPort = 80;
/** Each finds another address taken; more of them in a row are no coincidence. */
const launchAttempts = 5;

/** Brings containers into line with the records: one change at a time for each load balancer, several requests in one. */
class DataPlane {
  private readonly running = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, Promise<void>>();
  /** What each container runs now, as far as this process knows. */
  private readonly loaded = new Map<string, string>();
  private readonly leaving = new Set<string>();

  constructor(private readonly world: World) {}

  /** Resolves when the container runs what the records said at the time of the call, or something newer. Never rejects. */
  settle(arn: string): Promise<void> {
    const running = this.running.get(arn);
    if (!running) return this.start(arn);
    let next = this.waiting.get(arn);
    if (!next) {
      next = running.then(() => {
        this.waiting.delete(arn);
        return this.start(arn);
      });
      this.waiting.set(arn, next);
    }
    return next;
  }

  /** Removes the container, after what is under way, and the record by `forget`. When either fails, it stays. */
  async remove({ arn, id }: LoadBalancerRecord, forget: () => Promise<void>): Promise<void> {
    this.leaving.add(arn);
    try {
      while (this.running.has(arn) || this.waiting.has(arn)) await (this.waiting.get(arn) ?? this.running.get(arn));
      this.loaded.delete(arn);
      await this.world.runtime.removeLoadBalancer(id);
      await forget();
      this.leaving.delete(arn);
    } catch (error) {
      this.leaving.delete(arn);
      void this.settle(arn);
      throw error;
    }
  }

  /** True when its container runs a configuration that this process gave it. */
  isLoaded(arn: string): boolean {
    return this.loaded.has(arn);
  }

  /** True while its container is being made, changed or removed. */
  isBusy(arn: string): boolean {
    return this.running.has(arn) || this.waiting.has(arn) || this.leaving.has(arn);
  }

  private start(arn: string): Promise<void> {
    const work = this.bringIntoLine(arn).finally(() => {
      if (this.running.get(arn) === work) this.running.delete(arn);
    });
    this.running.set(arn, work);
    return work;
  }

  private async bringIntoLine(arn: string): Promise<void> {
    const { elbv2, log, runtime } = this.world;
    const loadBalancer = elbv2.data.loadBalancers[arn];
    if (!loadBalancer || this.leaving.has(arn)) return;
    try {
      await this.launchIfNeeded(loadBalancer);
      const configuration = configurationOf(this.world, loadBalancer);
      const before = this.loaded.get(arn);
      if (before !== configuration) {
        const leaving = before === undefined ? [] : leavingServers(before, configuration);
        await this.setServers(loadBalancer, leaving, "maint");
        try {
          await runtime.configureLoadBalancer(
            loadBalancer.id,
            configuration,
            certificateFiles(this.world, loadBalancer),
          );
        } catch (error) {
          await this.setServers(loadBalancer, leaving, "ready");
          throw error;
        }
        this.loaded.set(arn, configuration);
      }
      // A listener that came meanwhile may need another container: whoever waits for the state waits for that, too.
      const state = this.waiting.has(arn) && loadBalancer.state === "provisioning" ? "provisioning" : "active";
      await elbv2.note(() => Object.assign(loadBalancer, { state, stateReason: undefined }));
      void admitTargets(this.world, arn);
    } catch (error) {
      log({ level: "error", event: "load-balancer", loadBalancer: loadBalancer.id, error: String(error) });
      this.loaded.delete(arn);
      // One that has worked goes on with the configuration that it has.
      if (loadBalancer.state === "active") return;
      await elbv2.note(() => Object.assign(loadBalancer, { state: "failed", stateReason: String(error) }));
    }
  }

  /** What is under way at a server that leaves comes to its end; nothing new is sent there, whatever the connection. */
  private async setServers({ id }: LoadBalancerRecord, servers: readonly string[], state: "maint" | "ready") {
    if (servers.length === 0) return;
    const commands = servers.map((server) => `set server ${server} state ${state}`);
    await this.world.runtime.loadBalancerCommand(id, commands.join("; ")).catch((error: unknown) => {
      this.world.log({ level: "warn", event: "servers-not-set", loadBalancer: id, state, error: String(error) });
    });
  }

  private async launchIfNeeded(loadBalancer: LoadBalancerRecord): Promise<void> {
    const { elbv2, runtime } = this.world;
    const wanted = listenersOf(elbv2, loadBalancer.arn).map(({ port }) => port);
    const launched = loadBalancer.launchedPorts ?? [];
    const container = (await runtime.loadBalancerStates()).get(loadBalancer.id);
    if (container !== "running") this.loaded.delete(loadBalancer.arn);
    const isMoving = launched.length > 0 && container !== "running" && (await this.moveIfTaken(loadBalancer));
    if (container && !isMoving && loadBalancer.launchedPorts && wanted.every((port) => launched.includes(port))) return;
    // Docker publishes ports only when a container is made.
    const ports = [...new Set([usualPort, ...launched, ...wanted])];
    await runtime.removeLoadBalancer(loadBalancer.id);
    this.loaded.delete(loadBalancer.arn);
    // Recorded first, the filter is there before the container opens its ports.
    forgetFirewall(this.world, { kind: "load-balancer", id: loadBalancer.id });
    // Every host of its VPC has to know the way back through one that keeps its clients' addresses.
    const scope = typeOf(loadBalancer) === "network" ? "all" : { groupIds: loadBalancer.groupIds };
    await refreshFirewalls(this.world, scope);
    await this.launch(loadBalancer, ports);
    const dnsName = await nameOf(this.world, loadBalancer);
    await elbv2.note(() => Object.assign(loadBalancer, { launchedPorts: ports, dnsName }));
  }

  /** Its address was free when it was chosen; another sandbox may have chosen the same one and come first. */
  private async launch(loadBalancer: LoadBalancerRecord, ports: readonly number[]): Promise<void> {
    const { id, vpcId, zones } = loadBalancer;
    const privateIps = zones.map(({ privateIp }) => privateIp);
    for (let attempt = 1; ; attempt++) {
      try {
        const addresses = addressesOf(loadBalancer);
        const keepsSource = typeOf(loadBalancer) === "network" ? { keepsSource: true } : {};
        return await this.world.runtime.launchLoadBalancer({
          id,
          vpcId,
          privateIps,
          ports,
          addresses,
          ...keepsSource,
        });
      } catch (error) {
        if (!(error instanceof AddressInUseError) || attempt === launchAttempts || isFixed(loadBalancer)) throw error;
        if (!(await isFree(loadBalancer.address, usualPort))) await this.move(loadBalancer);
      }
    }
  }

  /** While its container was down, another program (another sandbox, too) may have taken its address. */
  private async moveIfTaken(loadBalancer: LoadBalancerRecord): Promise<boolean> {
    if (isFixed(loadBalancer)) return false;
    if (!(await isTakenByOthers(loadBalancer.address, usualPort))) return false;
    await this.move(loadBalancer);
    return true;
  }

  private async move(loadBalancer: LoadBalancerRecord): Promise<void> {
    const { elbv2, log } = this.world;
    await withFreeAddress(this.world, usualPort, async (address) => {
      log({ level: "warn", event: "load-balancer-moved", loadBalancer: loadBalancer.id, address });
      await elbv2.note(() => Object.assign(loadBalancer, { address, dnsName: address }));
    });
  }
}

/** Its Elastic IPs; without any the one address that its name is. */
function addressesOf({ address, zones }: LoadBalancerRecord): string[] {
  const kept = zones.flatMap(({ publicIp }) => publicIp ?? []);
  return kept.length > 0 ? kept : [address];
}

/** An Elastic IP stays what it is, whoever else may have taken it. */
const isFixed = ({ zones }: LoadBalancerRecord): boolean => zones.some(({ publicIp }) => publicIp !== undefined);

/** With Docker Desktop the engine chooses the port, and then it belongs into the name. */
async function nameOf({ runtime }: World, loadBalancer: LoadBalancerRecord): Promise<string> {
  const { id, address } = loadBalancer;
  const { loadBalancerEndpoints } = runtime as Partial<Endpoints>;
  const endpoint = (await loadBalancerEndpoints?.call(runtime, id))?.get(usualPort);
  // Of several addresses Docker names one of its choice.
  const isOwn = endpoint !== undefined && addressesOf(loadBalancer).includes(endpoint.address);
  if (!endpoint || (isOwn && endpoint.port === usualPort)) return address;
  return `${endpoint.address}:${endpoint.port}`;
}

interface Endpoints {
  loadBalancerEndpoints(id: string): Promise<Map<number, { address: string; port: number }>>;
}

const planes = new WeakMap<World, DataPlane>();

/** The one data plane of a world. */
export function dataPlaneOf(world: World): DataPlane {
  let plane = planes.get(world);
  if (!plane) planes.set(world, (plane = new DataPlane(world)));
  return plane;
}

/** After a change of a target group. */
export function settleUsers(world: World, targetGroupArn: string): void {
  for (const { arn } of usersOf(world, targetGroupArn)) void dataPlaneOf(world).settle(arn);
}
