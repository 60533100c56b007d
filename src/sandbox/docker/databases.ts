import type Docker from "dockerode";
import { StorageGoneError, type DatabaseRuntime, type DatabaseSpec } from "../database-runtime.ts";
import type { DockerContext } from "./context.ts";
import { payloadOf } from "./container-log.ts";
import { databaseFiles, databaseSocket, databaseStorage, passwordStatement } from "./database-files.ts";
import { copyStorage, createVolume, hasVolume, removeVolume } from "./database-storage.ts";
import { removeContainer, statusOf, unlessDone, unlessMissing } from "./engine.ts";
import { execIn } from "./exec.ts";
import type { FirewallKeeper } from "./firewall-keeper.ts";
import { createAnew } from "./hosts.ts";
import { ensureDatabaseImage } from "./images.ts";
import { membersOf } from "./mend.ts";
import { databaseName, networkName, snapshotVolumeName, toLabels } from "./names.ts";
import { getBridge } from "./networks.ts";
import { putFiles } from "./streams.ts";

/** InnoDB writes what it has in memory; a busy machine takes its time. */
const stopTimeoutS = 60;

const waitScript = `for attempt in $(seq 1200); do
  if mariadb-admin --no-defaults --socket=${databaseSocket} ping > /dev/null 2>&1; then exit 0; fi
  sleep 0.1
done
exit 1`;

export interface DatabaseParts {
  readonly context: () => Promise<DockerContext>;
  readonly firewalls: FirewallKeeper;
  readonly sandboxId: string;
}

/** Databases as containers with MariaDB, each on a volume of its own. */
export function dockerDatabases({ context, firewalls, sandboxId }: DatabaseParts): DatabaseRuntime {
  const nameOf = (id: string): string => databaseName(sandboxId, id);
  const container = async (id: string): Promise<Docker.Container> => (await context()).docker.getContainer(nameOf(id));

  return {
    async createStorage(id, snapshotId) {
      const docker = await context();
      if (snapshotId === undefined) return createVolume(docker, nameOf(id));
      const image = await ensureDatabaseImage(docker.docker);
      await copyStorage(docker, image, snapshotVolumeName(sandboxId, snapshotId), nameOf(id));
    },
    async launch(database) {
      await launch(await context(), firewalls, database);
    },
    async end(id, how) {
      const server = await container(id);
      if (how === "clean") await unlessDone(server.stop({ t: stopTimeoutS }));
      await removeContainer(server);
    },
    async remove(id) {
      await removeContainer(await container(id));
      await firewalls.forget({ kind: "database", id });
      await removeVolume(await context(), nameOf(id));
    },
    async states() {
      const members = (await membersOf(await context())).filter(({ role }) => role === "database");
      return new Map(members.map(({ id, state }) => [id, state === "running" ? "running" : "stopped"]));
    },
    async setPassword(id, { name, passwordHash }) {
      const argv = ["mariadb", "--no-defaults", `--socket=${databaseSocket}`];
      const stdin = Buffer.from(passwordStatement(name, passwordHash));
      const { exitCode, stderr } = await execIn(await container(id), { argv, stdin }, []);
      if (exitCode !== 0) throw new Error(`The password was not set: ${stderr.toString().trim()}`);
    },
    async saveSnapshot(id, snapshotId) {
      const docker = await context();
      const image = await ensureDatabaseImage(docker.docker);
      await whilePaused(await container(id), () =>
        copyStorage(docker, image, nameOf(id), snapshotVolumeName(sandboxId, snapshotId)),
      );
    },
    async removeSnapshot(snapshotId) {
      await removeVolume(await context(), snapshotVolumeName(sandboxId, snapshotId));
    },
  };
}

async function launch(context: DockerContext, firewalls: FirewallKeeper, database: DatabaseSpec): Promise<void> {
  const { docker, sandboxId } = context;
  const { id, vpcId, privateIp } = database;
  const { cidr } = await getBridge(context, vpcId);
  const image = await ensureDatabaseImage(docker);
  const name = databaseName(sandboxId, id);
  // Docker would make an empty one by itself.
  if (!(await hasVolume(context, name))) throw new StorageGoneError(`The storage of ${id} is gone`);
  const network = networkName(sandboxId, vpcId);
  const server = await createAnew(docker, name, {
    Image: image,
    StopSignal: "SIGTERM",
    Labels: toLabels({ sandboxId, role: "database", vpcId, vpcCidr: cidr, privateIps: [privateIp], id }),
    HostConfig: { NetworkMode: network, Binds: [`${name}:${databaseStorage}`], RestartPolicy: { Name: "" } },
    NetworkingConfig: {
      EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: privateIp }, Aliases: [database.name] } },
    },
  });
  try {
    await putFiles(server, databaseFiles(database));
    await server.start();
    await firewalls.protect(context, name);
    await untilItAnswers(server);
  } catch (error) {
    await removeContainer(server);
    throw error;
  }
}

async function untilItAnswers(server: Docker.Container): Promise<void> {
  const exitCode = await execIn(server, { argv: ["sh", "-c", waitScript] }, []).then(
    (result) => result.exitCode,
    (error: unknown) => {
      // It has ended before it could be asked.
      if (statusOf(error) === 409) return 1;
      throw error;
    },
  );
  if (exitCode === 0) return;
  const log = await server.logs({ stdout: true, stderr: true, tail: 20 });
  throw new Error(`MariaDB did not start: ${payloadOf(log).trim()}`);
}

/** What is written stands still meanwhile, as a storage snapshot finds it: InnoDB recovers from it as from a power cut. */
async function whilePaused(server: Docker.Container, work: () => Promise<void>): Promise<void> {
  const state = (await unlessMissing(server.inspect()))?.State;
  if (!state?.Running) return work();
  if (!state.Paused) await server.pause();
  try {
    await work();
  } finally {
    await unlessDone(server.unpause());
  }
}
