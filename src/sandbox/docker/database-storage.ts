import type Docker from "dockerode";
import type { DockerContext } from "./context.ts";
import { removeContainer, unlessDone, unlessMissing } from "./engine.ts";
import { labels } from "./names.ts";
import { readSplit } from "./streams.ts";

/** Under another name until it is whole. */
const copyScript = `set -e
[ -e /from/data ] || { echo 'nothing to copy' >&2; exit 1; }
[ -e /to/data ] && { echo copied; exit 0; }
rm -rf /to/data.new
cp -a /from/data /to/data.new
sync
mv /to/data.new /to/data
echo copied`;

/** A volume with the sandbox's label, so that `reset` finds it. No error when it is there already. */
export async function createVolume({ docker, sandboxId }: DockerContext, name: string): Promise<void> {
  await docker.createVolume({ Name: name, Labels: { [labels.sandbox]: sandboxId } });
}

export async function removeVolume({ docker }: DockerContext, name: string): Promise<void> {
  await unlessDone(docker.getVolume(name).remove() as Promise<unknown>);
}

export async function hasVolume({ docker }: DockerContext, name: string): Promise<boolean> {
  return (await unlessMissing(docker.getVolume(name).inspect())) !== undefined;
}

/** Copies a database's tables from one volume to another, once. */
export async function copyStorage(context: DockerContext, image: string, from: string, to: string): Promise<void> {
  await createVolume(context, to);
  const helper: Docker.Container = await context.docker.createContainer({
    Image: image,
    Cmd: ["sh", "-c", copyScript],
    Labels: { [labels.sandbox]: context.sandboxId, [labels.role]: "helper" },
    HostConfig: { NetworkMode: "none", Binds: [`${from}:/from`, `${to}:/to`] },
  });
  try {
    const stream = await helper.attach({ stream: true, stdout: true, stderr: true });
    await helper.start();
    const { stdout, stderr } = await readSplit(stream);
    if (!stdout.toString().includes("copied")) {
      throw new Error(`The storage was not copied: ${stderr.toString().trim()}`);
    }
  } finally {
    // Whoever removes a volume now must not find it in use.
    await removeContainer(helper);
  }
}
