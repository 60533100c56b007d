import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { connectEngine } from "../../src/sandbox/docker/engine.ts";
import { ensureImages } from "../../src/sandbox/docker/images.ts";
import { resetDocker } from "../../src/sandbox/docker/inventory.ts";
import { createDockerRuntime, type DockerRuntime } from "../../src/sandbox/docker/runtime.ts";
import { RangeInUseError } from "../../src/sandbox/runtime.ts";

export const applianceSecret = "appliance-secret-of-the-test";

/** A real runtime with a daemon that answers each request with what it saw, and a clean-up that removes all of it. */
export interface RuntimeFixture {
  readonly docker: Docker;
  readonly runtime: DockerRuntime;
  readonly sandboxId: string;
  readonly home: string;
  /** Starts the runtime anew on the same home and Docker, as a daemon that was killed does; on another port. */
  restart(): Promise<DockerRuntime>;
  cleanUp(): Promise<void>;
}

export async function startRuntime(): Promise<RuntimeFixture> {
  const docker = await connectEngine();
  await ensureImages(docker, { onProgress: ({ en }) => console.log(en) });
  const sandboxId = `e2e-${randomBytes(4).toString("hex")}`;
  const home = await mkdtemp(join(tmpdir(), "lecture05-runtime-"));
  const daemons: EchoDaemon[] = [];
  const start = async (): Promise<DockerRuntime> => {
    const daemon = new EchoDaemon();
    await daemon.listenOn("127.0.0.1");
    daemons.push(daemon);
    return createDockerRuntime({
      home,
      sandboxId,
      applianceSecret,
      docker,
      daemonPort: () => daemon.port,
      listenOn: (address) => daemon.listenOn(address),
      closeOn: (address) => daemon.closeOn(address),
    });
  };
  return {
    docker,
    runtime: await start(),
    sandboxId,
    home,
    async restart() {
      await daemons.at(-1)?.close();
      return start();
    },
    async cleanUp() {
      await resetDocker(docker, sandboxId);
      await Promise.all(daemons.map((daemon) => daemon.close()));
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Takes the first range that no other network of this machine has. */
export async function createFreeNetwork(runtime: DockerRuntime, vpcId: string): Promise<string> {
  for (let second = 201; second < 250; second++) {
    const cidr = `10.${second}.0.0/16`;
    try {
      await runtime.createNetwork({ vpcId, cidr });
      return cidr;
    } catch (error) {
      if (!(error instanceof RangeInUseError)) throw error;
    }
  }
  throw new Error("No free range on this machine");
}

class EchoDaemon {
  port = 0;
  private readonly servers = new Map<string, Server>();

  async listenOn(address: string): Promise<number> {
    if (this.servers.has(address)) return this.port;
    const server = createServer((request, response) => void echo(request).then((text) => response.end(text)));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, address, resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.servers.set(address, server);
    return this.port;
  }

  async closeOn(address: string): Promise<void> {
    const server = this.servers.get(address);
    this.servers.delete(address);
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.servers.keys()].map((address) => this.closeOn(address)));
  }
}

async function echo(request: IncomingMessage): Promise<string> {
  let size = 0;
  for await (const chunk of request) size += (chunk as Buffer).length;
  return JSON.stringify({ method: request.method, url: request.url, headers: request.headers, bodyBytes: size });
}
