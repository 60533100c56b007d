import type Docker from "dockerode";
import { applianceAddressOf, gatewayOf } from "./addresses.ts";
import type { DockerContext } from "./context.ts";
import { removeContainer, unlessMissing } from "./engine.ts";
import {
  configureHaproxy,
  configurationPath,
  haproxyCommand,
  runtimeConfiguration,
  runtimePath,
  waitForHaproxy,
} from "./haproxy.ts";
import { applianceName, networkName, toLabels } from "./names.ts";
import { putFiles } from "./streams.ts";

export interface ApplianceTarget {
  readonly vpcId: string;
  /** The daemon, as the appliance reaches it. */
  readonly daemonHost: string;
  readonly daemonPort: number;
  readonly secret: string;
}

/**
 * HAProxy between the instances of a VPC and the daemon. It vouches for the peer's address with a secret that no
 * instance knows, and takes away what a client says about these things by itself.
 */
export function applianceConfiguration(target: ApplianceTarget): string {
  return `global
  tune.bufsize 65536
  # One process is enough, and the machine has other work.
  nbthread 1

defaults
  mode http
  timeout connect 3s
  # Uploads, downloads and long polls.
  timeout client 1h
  timeout server 1h
  # Node closes idle connections by itself; one that it has just closed must not get a request.
  option http-server-close

frontend metadata
  bind 169.254.169.254:80
  http-request deny deny_status 400 if { path -m sub /../ } or { path -m end /.. } or { path -i -m sub %2e%2e }
  http-request set-header X-Lecture05-Peer %[src]
  http-request set-header X-Lecture05-Appliance ${target.secret}
  http-request set-path /_lecture05/metadata/${target.vpcId}%[path]
  default_backend daemon

frontend endpoint
  bind 169.254.169.254:4566
  # The daemon's own paths are not for instances. Host stays as it is: it is signed.
  http-request deny if { path -m beg /_lecture05/ }
  http-request del-header X-Lecture05-Peer
  http-request del-header X-Lecture05-Appliance
  default_backend daemon

backend daemon
  server daemon ${target.daemonHost}:${target.daemonPort} init-addr last,libc,none
`;
}

/** Creates, starts or refreshes the appliance of a VPC, so that it runs with the present image and daemon port. */
export async function ensureAppliance(
  context: DockerContext,
  vpc: { vpcId: string; cidr: string },
  daemon: { port: number; secret: string },
): Promise<void> {
  const { docker, sandboxId } = context;
  const name = applianceName(sandboxId, vpc.vpcId);
  const configuration = applianceConfiguration({
    vpcId: vpc.vpcId,
    daemonHost: context.desktop ? "host.docker.internal" : gatewayOf(vpc.cidr),
    daemonPort: daemon.port,
    secret: daemon.secret,
  });
  const container = docker.getContainer(name);
  const existing = await unlessMissing(container.inspect());
  const image = await docker.getImage(context.images.appliance).inspect();
  if (existing && existing.Image === image.Id && existing.State.Running) {
    return configureHaproxy(container, configuration);
  }
  if (existing) await removeContainer(container);
  await startAppliance(context, name, vpc, configuration);
}

export async function applianceRuns({ docker, sandboxId }: DockerContext, vpcId: string): Promise<boolean> {
  const appliance = await unlessMissing(docker.getContainer(applianceName(sandboxId, vpcId)).inspect());
  return appliance?.State.Running ?? false;
}

async function startAppliance(
  { docker, sandboxId, images, desktop }: DockerContext,
  name: string,
  { vpcId, cidr }: { vpcId: string; cidr: string },
  configuration: string,
): Promise<void> {
  const address = applianceAddressOf(cidr);
  const network = networkName(sandboxId, vpcId);
  const container: Docker.Container = await docker.createContainer({
    name,
    Image: images.appliance,
    Cmd: ["sh", "-c", `ip address replace 169.254.169.254/32 dev lo && ${haproxyCommand}`],
    Labels: toLabels({ sandboxId, role: "appliance", vpcId, vpcCidr: cidr, privateIps: [address], id: vpcId }),
    HostConfig: {
      NetworkMode: network,
      CapAdd: ["NET_ADMIN"],
      ...(desktop ? { ExtraHosts: ["host.docker.internal:host-gateway"] } : {}),
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
  });
  try {
    await putFiles(container, [
      { path: runtimePath, content: runtimeConfiguration, mode: 0o600 },
      { path: configurationPath, content: configuration, mode: 0o600 },
    ]);
    await container.start();
    await waitForHaproxy(container);
  } catch (error) {
    await removeContainer(container);
    throw error;
  }
}
