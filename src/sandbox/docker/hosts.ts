import type Docker from "dockerode";
import { extract } from "tar-stream";
import type { HostSpec } from "../runtime.ts";
import { seedHost } from "./cached-files.ts";
import type { DockerContext } from "./context.ts";
import { removeContainer, statusOf, unlessDone, unlessMissing } from "./engine.ts";
import { execIn } from "./exec.ts";
import type { FirewallKeeper } from "./firewall-keeper.ts";
import { proxyVariables } from "./machine-trust.ts";
import { amiTag, hostName, labels, networkName, toLabels } from "./names.ts";
import { getBridge } from "./networks.ts";
import { startContainer } from "./start-container.ts";
import { type ContainerFile, putFiles } from "./streams.ts";

const endpoint = "http://169.254.169.254:4566";
const userDataLog = "/var/log/cloud-init-output.log";
/** systemd needs well under a second; a busy machine takes longer. */
const stopTimeoutS = 20;

const waitForInit = `for attempt in $(seq 600); do
  if [ -S /run/systemd/private ] && systemctl show --property Version > /dev/null 2>&1; then exit 0; fi
  sleep 0.05
done
exit 1`;

/** What every process of a host sees: the sandbox's endpoint, and this machine's proxies. */
function hostVariables(): Record<string, string> {
  return { AWS_ENDPOINT_URL: endpoint, ...proxyVariables(process.env) };
}

/** For `exec`, which gets nothing of systemd's environment. */
export function execEnvironment(): string[] {
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return [`PATH=${path}`, "HOME=/root", ...Object.entries(hostVariables()).map(([name, value]) => `${name}=${value}`)];
}

/** Files of a host before its first start. The machine id is emptied, so that clones of an image differ. */
export function firstBootFiles(host: HostSpec, variables = hostVariables()): ContainerFile[] {
  const settings = Object.entries(variables).map(([name, value]) => `"${name}=${escapeForSystemd(value)}"`);
  return [
    { path: "/etc/machine-id", content: "", mode: 0o444 },
    {
      path: "/etc/systemd/system.conf.d/lecture05-sandbox.conf",
      content: `[Manager]\nDefaultEnvironment=${settings.join(" ")}\n`,
      mode: 0o644,
    },
    { path: "/var/lib/cloud/data/instance-id", content: `${host.instanceId}\n`, mode: 0o644 },
    ...(host.userData === undefined
      ? []
      : [{ path: `/var/lib/cloud/instances/${host.instanceId}/user-data.txt`, content: host.userData, mode: 0o600 }]),
  ];
}

function escapeForSystemd(value: string): string {
  return value.replace(/[\\"]/g, "\\$&").replace(/%/g, "%%");
}

/** Creates a host and returns once its init runs, behind its packet filter. Nothing is left of one that fails. */
export async function launchHost(context: DockerContext, firewalls: FirewallKeeper, host: HostSpec): Promise<void> {
  const { cidr } = await getBridge(context, host.vpcId);
  const name = hostName(context.sandboxId, host.instanceId);
  const options = hostOptions(context, host, cidr, await imageOf(context, host.imageId));
  const container = await createAnew(context.docker, name, options);
  try {
    // An image made of a host brings its own.
    if (options.Image === context.images.host) await seedFromCache(context, container);
    await putFiles(container, firstBootFiles(host));
    await container.start();
    await settle(context, firewalls, name);
  } catch (error) {
    await removeContainer(container);
    throw error;
  }
}

/** A host that gets nothing from the cache downloads it, so that is no failure. */
async function seedFromCache({ cache, images, log }: DockerContext, container: Docker.Container): Promise<void> {
  if (!cache) return;
  try {
    const seeded = await seedHost(cache, container, images.host);
    log({ level: "info", event: "host-seeded", kinds: seeded });
  } catch (error) {
    log({ level: "warn", event: "host-not-seeded", error: String(error) });
  }
}

/** Missing from the client's types. */
const privateCgroups: object = { CgroupnsMode: "private" };

function hostOptions(
  { sandboxId }: DockerContext,
  host: HostSpec,
  vpcCidr: string,
  image: string,
): Docker.ContainerCreateOptions {
  const { vpcId, privateIp, instanceId } = host;
  const network = networkName(sandboxId, vpcId);
  return {
    Image: image,
    Hostname: host.hostName,
    Cmd: ["/usr/lib/lecture05/boot"],
    Env: ["container=docker"],
    StopSignal: "SIGRTMIN+3",
    Labels: toLabels({ sandboxId, role: "host", vpcId, vpcCidr, privateIps: [privateIp], id: instanceId }),
    HostConfig: {
      NetworkMode: network,
      // What systemd needs to mount, short of a privileged container.
      CapAdd: ["SYS_ADMIN"],
      SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
      ...privateCgroups,
      Tmpfs: { "/run": "", "/run/lock": "" },
      RestartPolicy: { Name: "" },
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: privateIp } } } },
  };
}

async function imageOf({ docker, images }: DockerContext, imageId: string | undefined): Promise<string> {
  if (imageId === undefined) return images.host;
  if (await unlessMissing(docker.getImage(amiTag(imageId)).inspect())) return amiTag(imageId);
  throw new Error(`the image ${imageId} is gone`);
}

/** A container of that name is what an attempt left that was killed. */
export async function createAnew(
  docker: Docker,
  name: string,
  options: Docker.ContainerCreateOptions,
): Promise<Docker.Container> {
  try {
    return await docker.createContainer({ name, ...options });
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
    await removeContainer(docker.getContainer(name));
    return docker.createContainer({ name, ...options });
  }
}

/** After each start: the filter and the route, for which the boot script waits, then init. */
export async function settle(context: DockerContext, firewalls: FirewallKeeper, name: string): Promise<void> {
  await firewalls.protect(context, name);
  const { exitCode } = await execIn(context.docker.getContainer(name), { argv: ["sh", "-c", waitForInit] }, []);
  if (exitCode !== 0) throw new Error(`systemd did not start in ${name}`);
}

/** Starts a host, up to where its boot script waits. Returns its VPC. Started already is fine, but gone is not. */
export async function startHost({ docker }: DockerContext, name: string): Promise<string> {
  const container = docker.getContainer(name);
  const { State: state, Config: config } = await container.inspect();
  if (!state.Running) await startContainer(docker, name);
  return config.Labels[labels.vpc] ?? "";
}

export async function stopContainer(docker: Docker, name: string): Promise<void> {
  await unlessDone(docker.getContainer(name).stop({ t: stopTimeoutS }));
}

export async function restartContainer(docker: Docker, name: string): Promise<void> {
  await docker.getContainer(name).restart({ t: stopTimeoutS });
}

/** What AWS shows of a serial console: here the user data's output and the end of the journal. Works for a stopped host too. */
export async function readConsole(container: Docker.Container): Promise<string> {
  const info = await unlessMissing(container.inspect());
  if (!info) return "";
  const userData = await readContainerFile(container, userDataLog);
  if (!info.State.Running) return userData;
  const journal = await execIn(container, { argv: ["journalctl", "--boot", "--no-pager", "--lines", "300"] }, []);
  return `${journal.stdout.toString()}${userData}`;
}

async function readContainerFile(container: Docker.Container, path: string): Promise<string> {
  const archive = await unlessMissing(container.getArchive({ path }));
  if (!archive) return "";
  const chunks: Buffer[] = [];
  const reader = extract();
  archive.pipe(reader);
  for await (const entry of reader) {
    for await (const chunk of entry) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
