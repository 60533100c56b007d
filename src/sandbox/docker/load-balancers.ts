import { AddressInUseError, type LoadBalancerSpec } from "../runtime.ts";
import { macOf } from "../ec2/ids.ts";
import type { DockerContext } from "./context.ts";
import { removeContainer } from "./engine.ts";
import type { FirewallKeeper } from "./firewall-keeper.ts";
import { configurationPath, haproxyCommand, runtimeConfiguration, runtimePath, waitForHaproxy } from "./haproxy.ts";
import { createAnew } from "./hosts.ts";
import { loadBalancerName, networkName, toLabels } from "./names.ts";
import { getBridge } from "./networks.ts";
import { startContainer } from "./start-container.ts";
import { putFiles } from "./streams.ts";

/** As for hosts: HAProxy opens its ports only behind its packet filter. */
const bootCommand = `until ip route show 169.254.169.254 2> /dev/null | grep -q via; do sleep 0.05; done
${haproxyCommand}`;

/**
 * Ports that a load balancer makes connections from which keeps its clients' addresses: not those that this machine takes
 * for its own connections to hosts, which come from the same address. Two that are alike would get each other's answers.
 */
const portsOfItsOwn = "10000 32000";

/** Answers on the published ports until the API has told what to do with them. */
export function initialConfiguration(ports: readonly number[]): string {
  return `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s

frontend initial
${ports.map((port) => `  bind :${port}`).join("\n")}
  http-request return status 503 content-type text/plain string "Service Temporarily Unavailable"
`;
}

/** Starts a load balancer that answers 503. Nothing is left of one that fails. */
export async function launchLoadBalancer(
  context: DockerContext,
  firewalls: FirewallKeeper,
  spec: LoadBalancerSpec,
): Promise<void> {
  const { docker, sandboxId, images, desktop } = context;
  const { cidr } = await getBridge(context, spec.vpcId);
  const name = loadBalancerName(sandboxId, spec.id);
  const network = networkName(sandboxId, spec.vpcId);
  const [firstIp] = spec.privateIps;
  if (firstIp === undefined) throw new TypeError("A load balancer needs a private address");
  if (spec.keepsSource && desktop) throw new Error("Docker Desktop has no way to keep a client's address");
  // Hosts tell by it what came through this load balancer, whatever address it bears.
  const mac = spec.keepsSource ? macOf(firstIp) : undefined;
  const portNames = spec.ports.map((port) => [port, `${port}/tcp`] as const);
  const container = await createAnew(docker, name, {
    Image: images.appliance,
    Cmd: ["sh", "-c", bootCommand],
    StopSignal: "SIGTERM",
    ExposedPorts: Object.fromEntries(portNames.map(([, key]) => [key, {}])),
    Labels: toLabels({
      sandboxId,
      role: "load-balancer",
      vpcId: spec.vpcId,
      vpcCidr: cidr,
      privateIps: spec.privateIps,
      id: spec.id,
    }),
    HostConfig: {
      NetworkMode: network,
      PortBindings: Object.fromEntries(
        portNames.map(([port, key]) => [key, spec.addresses.map((address) => binding(address, port, desktop))]),
      ),
      ...(mac ? { Sysctls: { "net.ipv4.ip_local_port_range": portsOfItsOwn } } : {}),
    },
    ...(mac ? { MacAddress: mac } : {}),
    NetworkingConfig: {
      EndpointsConfig: {
        [network]: { IPAMConfig: { IPv4Address: firstIp }, ...(mac ? { MacAddress: mac } : {}) },
      },
    },
  });
  try {
    await putFiles(container, [
      { path: runtimePath, content: runtimeConfiguration, mode: 0o600 },
      { path: configurationPath, content: initialConfiguration(spec.ports), mode: 0o600 },
    ]);
    await container.start();
    await settleLoadBalancer(context, firewalls, name);
  } catch (error) {
    await removeContainer(container);
    const isTaken = /port is already allocated|address already in use/.test(String(error));
    throw isTaken ? new AddressInUseError(String(error), { cause: error }) : error;
  }
}

/** Only Linux has all of 127.0.0.0/8; elsewhere the engine picks a free port of 127.0.0.1. */
function binding(address: string, port: number, desktop: boolean): { HostIp: string; HostPort: string } {
  return desktop ? { HostIp: "127.0.0.1", HostPort: "" } : { HostIp: address, HostPort: String(port) };
}

export async function settleLoadBalancer(
  context: DockerContext,
  firewalls: FirewallKeeper,
  name: string,
): Promise<void> {
  await firewalls.protect(context, name);
  await waitForHaproxy(context.docker.getContainer(name));
}

/** Starts a load balancer again that went down with the engine. */
export async function reviveLoadBalancer(
  context: DockerContext,
  firewalls: FirewallKeeper,
  name: string,
): Promise<void> {
  const container = context.docker.getContainer(name);
  const { State: state } = await container.inspect();
  if (state.Running) return;
  await startContainer(context.docker, name);
  await settleLoadBalancer(context, firewalls, name);
}

/** Where a load balancer's ports are published on this machine: port of the listener -> address and port. */
export async function publishedPorts(
  { docker, sandboxId }: DockerContext,
  id: string,
): Promise<Map<number, { address: string; port: number }>> {
  const info = await docker.getContainer(loadBalancerName(sandboxId, id)).inspect();
  const published = new Map<number, { address: string; port: number }>();
  for (const [key, bindings] of Object.entries(info.NetworkSettings.Ports)) {
    const first = (bindings as { HostIp: string; HostPort: string }[] | null)?.[0];
    if (first) published.set(Number.parseInt(key, 10), { address: first.HostIp, port: Number(first.HostPort) });
  }
  return published;
}
