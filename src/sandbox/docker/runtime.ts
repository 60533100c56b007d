import type Docker from "dockerode";
import type { HostCache } from "../host-cache.ts";
import { KeyedLock } from "../keyed-lock.ts";
import type { World } from "../world.ts";
import type { HostCommand, HostCommandResult, HostState, Runtime, WantedResources } from "../runtime.ts";
import { gatewayOf } from "./addresses.ts";
import { applianceRuns, ensureAppliance } from "./appliance.ts";
import { keepFromHost } from "./cached-files.ts";
import type { DockerContext } from "./context.ts";
import { dockerDatabases } from "./databases.ts";
import { connectEngine, isDesktop, removeContainer, statusOf } from "./engine.ts";
import { execIn } from "./exec.ts";
import { FirewallKeeper } from "./firewall-keeper.ts";
import { linesSince } from "./container-log.ts";
import { configureHaproxy, haproxyCommandOutput } from "./haproxy.ts";
import {
  execEnvironment,
  launchHost,
  readConsole,
  restartContainer,
  settle,
  startHost,
  stopContainer,
} from "./hosts.ts";
import { captureImage, removeCapturedHost, removeImage } from "./captured-images.ts";
import { ensureImages } from "./images.ts";
import { listInventory } from "./inventory.ts";
import { launchLoadBalancer, publishedPorts, reviveLoadBalancer } from "./load-balancers.ts";
import { isDown, mend, membersOf, type Member } from "./mend.ts";
import { databaseName, hostName, loadBalancerName } from "./names.ts";
import { createBridge, findBridge, getBridge, removeBridge } from "./networks.ts";
import { reconcile } from "./reconcile.ts";
import { onceItWorks, sharedPerVpc } from "./shared-work.ts";
import { watchContainers } from "./watch.ts";
import { StoppedHosts } from "./stopped-hosts.ts";

export interface DockerRuntimeOptions {
  /** Directory for what has to be known after a restart (0700). */
  readonly home: string;
  /** Told apart by label, so that several sandboxes share an engine. */
  readonly sandboxId: string;
  /** Proves to the daemon that a request came through the appliance. */
  readonly applianceSecret: string;
  readonly daemonPort: () => number;
  /** Makes the daemon listen on a network's gateway, too. Called again for the same address after a restart. Returns the port. */
  listenOn(address: string): Promise<number>;
  closeOn(address: string): Promise<void>;
  readonly docker?: Docker;
  /** Without one each host downloads and builds everything by itself. */
  readonly cache?: HostCache | undefined;
  readonly log?: World["log"];
}

export interface DockerRuntime extends Runtime {
  /** After the daemon's start: makes Docker agree with the records, with the daemon's present port. */
  reconcile(wanted: WantedResources): Promise<void>;
  /** While the daemon runs: brings back appliances that vanished, and what went down with the engine. */
  mend(wanted: () => WantedResources): Promise<void>;
  /** Calls `onChange` soon after a container of the sandbox ended or vanished, or the engine came back. */
  watch(onChange: () => Promise<void>): Promise<void>;
  /** Where clients on this machine reach a load balancer: listener port -> address and port. Differs from the spec on Docker Desktop. */
  loadBalancerEndpoints(id: string): Promise<Map<number, { address: string; port: number }>>;
}

/** The runtime on a Docker engine. Connects, and builds missing images, when it is first used. */
export function createDockerRuntime(options: DockerRuntimeOptions): DockerRuntime {
  const { sandboxId } = options;
  const firewalls = new FirewallKeeper(options.home);
  const stopped = new StoppedHosts(options.home);
  const context = onceItWorks(() => connect(options));
  const host = (instanceId: string): string => hostName(sandboxId, instanceId);
  const inContainer = async (name: string): Promise<Docker.Container> => (await context()).docker.getContainer(name);
  const loadBalancer = (id: string): Promise<Docker.Container> => inContainer(loadBalancerName(sandboxId, id));
  const removeNetwork = async (vpcId: string): Promise<void> => {
    const docker = await context();
    const network = await findBridge(docker, vpcId);
    if (network && !docker.desktop) await options.closeOn(gatewayOf(network.cidr));
    await removeBridge(docker, vpcId);
  };

  /** VPCs that could not be mended: their hosts are described as they are. */
  const lost = new Set<string>();
  /** A network is not mended while it is made or removed. */
  const networks = new KeyedLock();

  const openEndpoint = sharedPerVpc(async (network) => {
    const docker = await context();
    const port = docker.desktop ? options.daemonPort() : await options.listenOn(gatewayOf(network.cidr));
    await ensureAppliance(docker, network, { port, secret: options.applianceSecret });
  });
  const parts = { firewalls, stopped, openEndpoint, lost, networks };
  /** A restart of the engine takes the appliance down too, and a host without one has no endpoint. */
  const reviveEndpoint = async (vpcId: string): Promise<void> => {
    const docker = await context();
    if (!(await applianceRuns(docker, vpcId))) await openEndpoint(await getBridge(docker, vpcId));
  };

  return {
    createNetwork: (network) =>
      networks.run(network.vpcId, async () => {
        const created = await createBridge(await context(), network);
        try {
          await openEndpoint(network);
        } catch (error) {
          if (created) await removeNetwork(network.vpcId);
          throw error;
        }
      }),
    removeNetwork: (vpcId) => networks.run(vpcId, () => removeNetwork(vpcId)),

    async launchHost(spec) {
      await stopped.delete(spec.instanceId);
      await reviveEndpoint(spec.vpcId);
      await launchHost(await context(), firewalls, spec);
    },
    async startHost(instanceId) {
      const docker = await context();
      await stopped.delete(instanceId);
      await reviveEndpoint(await startHost(docker, host(instanceId)));
      await settle(docker, firewalls, host(instanceId));
    },
    async stopHost(instanceId) {
      // Noted first: a daemon that is killed here must not start it again.
      await stopped.add(instanceId);
      await stopContainer((await context()).docker, host(instanceId));
    },
    async rebootHost(instanceId) {
      const docker = await context();
      await restartContainer(docker.docker, host(instanceId));
      await settle(docker, firewalls, host(instanceId));
    },
    async removeHost(instanceId) {
      await removeCapturedHost(await context(), host(instanceId));
      await firewalls.forget({ kind: "host", id: instanceId });
      await stopped.delete(instanceId);
    },
    async hostStates() {
      const members = await membersOf(await context());
      const stateOf = (host: Member): HostState => {
        if (isUp(host.state)) return "running";
        return isDown(members, host) && !stopped.has(host.id) && !lost.has(host.vpcId) ? "down" : "stopped";
      };
      return new Map(members.filter(({ role }) => role === "host").map((host) => [host.id, stateOf(host)]));
    },
    async consoleOutput(instanceId) {
      return readConsole(await inContainer(host(instanceId)));
    },
    async exec(instanceId: string, command: HostCommand): Promise<HostCommandResult> {
      try {
        return await execIn(await inContainer(host(instanceId)), command, execEnvironment());
      } catch (error) {
        if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
        throw new Error(`${instanceId} is not running`, { cause: error });
      }
    },

    async keepForOthers(instanceId) {
      const { docker, cache, images } = await context();
      if (!cache) return [];
      return keepFromHost(cache, docker.getContainer(host(instanceId)), images.host);
    },

    async applyFirewall(member, rules) {
      await firewalls.remember(member, rules);
      const nameOf = { host: hostName, "load-balancer": loadBalancerName, database: databaseName }[member.kind];
      await firewalls.protect(await context(), nameOf(sandboxId, member.id));
    },

    async launchLoadBalancer(spec) {
      await launchLoadBalancer(await context(), firewalls, spec);
    },
    async configureLoadBalancer(id, configuration, certificates) {
      await reviveLoadBalancer(await context(), firewalls, loadBalancerName(sandboxId, id));
      await configureHaproxy(await loadBalancer(id), configuration, certificates);
    },
    async loadBalancerCommand(id, command) {
      return haproxyCommandOutput(await loadBalancer(id), command);
    },
    async loadBalancerLog(id, since) {
      return linesSince(await loadBalancer(id), since);
    },
    async removeLoadBalancer(id) {
      await removeContainer(await loadBalancer(id));
      await firewalls.forget({ kind: "load-balancer", id });
    },
    async loadBalancerStates() {
      const members = (await membersOf(await context())).filter(({ role }) => role === "load-balancer");
      return new Map(members.map(({ id, state }) => [id, isUp(state) ? "running" : "stopped"]));
    },
    async loadBalancerEndpoints(id) {
      return publishedPorts(await context(), id);
    },

    databases: dockerDatabases({ context, firewalls, sandboxId }),

    async inventory() {
      return listInventory((await context()).docker, sandboxId);
    },
    async captureImage(instanceId, imageId, { reboot }) {
      await captureImage(await context(), firewalls, instanceId, { imageId, reboot });
    },
    async removeImage(imageId) {
      await removeImage(await context(), imageId);
    },
    async reconcile(wanted) {
      await reconcile(await context(), parts, wanted);
    },
    async mend(wanted) {
      await mend(await context(), parts, wanted);
    },
    async watch(onChange) {
      watchContainers((await context()).docker, sandboxId, onChange);
    },
  };
}

function isUp(state: string): boolean {
  return state === "running" || state === "restarting";
}

async function connect(options: DockerRuntimeOptions): Promise<DockerContext> {
  const docker = options.docker ?? (await connectEngine());
  const images = await ensureImages(docker, { onProgress: () => {} });
  const { sandboxId, cache, log = () => {} } = options;
  return { docker, sandboxId, images, desktop: await isDesktop(docker), cache, log };
}
