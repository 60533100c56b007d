import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import DockerClient from "dockerode";
import { describe, expect, it, onTestFinished } from "vitest";
import { pingEngine, translateEngineError } from "../../../src/sandbox/docker/engine.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const nextOf = (error: unknown): string => JSON.stringify(translateEngineError(error).detail.next);

describe("pingEngine", () => {
  it("says how to get an engine when there is none", async () => {
    const docker = new DockerClient({ socketPath: join(temporaryDirectory(), "docker.sock") });
    await expect(pingEngine(docker)).rejects.toMatchObject({
      code: "DOCKER_UNAVAILABLE",
      detail: { what: { en: "No Docker engine is running" }, why: { en: expect.stringContaining("ENOENT") } },
    });
  });

  it("passes on what an engine says that is not well", async () => {
    const server = createServer((_, response) => response.writeHead(500).end('{"message":"starting up"}'));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const docker = new DockerClient({ host: "127.0.0.1", port, protocol: "http" });
    await expect(pingEngine(docker)).rejects.toMatchObject({
      code: "DOCKER_UNAVAILABLE",
      detail: { why: { en: expect.stringContaining("starting up") } },
    });
  });
});

describe("translateEngineError", () => {
  it("names the group when the socket is closed to this user", () => {
    const next = nextOf(Object.assign(new Error("connect EACCES"), { code: "EACCES" }));
    expect(next).toContain("usermod -aG docker");
    expect(next).not.toContain("apt-get");
  });

  it("names the package and the tool's own fix when nothing listens", () => {
    const next = nextOf(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
    expect(next).toContain("lecture05 doctor --fix");
    expect(next).toContain("apt-get install docker.io");
  });
});
