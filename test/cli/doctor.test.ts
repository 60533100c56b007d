import { describe, expect, it } from "vitest";
import type { Probes, Repairs } from "../../src/commands/doctor/probes.ts";
import { Lecture05Error } from "../../src/errors.ts";
import { translateEngineError } from "../../src/sandbox/docker/engine.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

const gib = 1024 ** 3;

/** A machine on which everything is as it should be. */
function goodMachine(): Probes {
  return {
    nodeVersion: "v20.20.0",
    platform: "linux",
    env: { LANG: "C.UTF-8" },
    isRoot: true,
    stateDirectory: "/work/.lecture05",
    home: "/root",
    sandboxHome: "/root/.local/state/lecture05/sandbox",
    findProgram: (name) => `/usr/bin/${name}`,
    groups: async () => ["root"],
    engine: async () => ({
      serverVersion: "20.10.24+dfsg1",
      apiVersion: "1.41",
      operatingSystem: "Debian GNU/Linux 12",
      cgroupVersion: "1",
      rootDirectory: "/var/lib/docker",
    }),
    imagesPresent: async () => true,
    registryAnswers: async () => true,
    mirror: async () => "http://deb.debian.org/debian",
    httpStatus: async () => 200,
    freeBytes: async () => 50 * gib,
    whyNotWritable: async () => undefined,
    whyNotListening: async () => undefined,
  };
}

const noEngine = translateEngineError(Object.assign(new Error("x"), { code: "ENOENT" }));
const noPermission = translateEngineError(Object.assign(new Error("x"), { code: "EACCES" }));

async function doctor(changes: Partial<Probes>, argv: readonly string[] = [], repairs?: Repairs) {
  const services = fakeServices();
  services.probesOf = Object.assign(goodMachine(), changes);
  services.repairsOf = repairs ?? { installPackages: never, startDocker: never, buildImages: never };
  return run(["doctor", ...argv], { services });
}

async function never(): Promise<void> {
  throw new Error("nothing should be repaired");
}

describe("doctor", () => {
  it("says that a good machine is ready", async () => {
    const { exitCode, stdout } = await doctor({}, ["--fix"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("✓ Docker engine: 20.10.24+dfsg1 (API 1.41, cgroup v1, Debian GNU/Linux 12)\n");
    expect(stdout).toMatch(/Ready: lecture05 up\n$/);
    expect(stdout).not.toMatch(/[✗!]/);
  });

  it.each<[string, Partial<Probes>, string]>([
    ["node-version", { nodeVersion: "v20.18.3" }, "https://nodejs.org"],
    ["node-version", { nodeVersion: "v18.20.0" }, "https://nodejs.org"],
    ["platform", { platform: "freebsd" }, "Docker Desktop"],
    ["privileges", { isRoot: false, groups: async () => ["someone"] }, "usermod -aG docker"],
    ["docker-engine", { engine: async () => noEngine }, "doctor --fix"],
    ["docker-engine", { engine: async () => noPermission }, "usermod"],
    ["docker-socket", { whyNotWritable: async (path) => (path.endsWith(".sock") ? "EACCES" : undefined) }, "usermod"],
    [
      "debootstrap",
      { findProgram: (name) => (name === "debootstrap" ? undefined : name), registryAnswers: async () => false },
      "apt-get install debootstrap",
    ],
    ["disk-space", { freeBytes: async (directory) => (directory === "/root" ? gib : 50 * gib) }, "docker system prune"],
    ["ports", { whyNotListening: async () => "EADDRINUSE" }, "ss -ltnp"],
    ["mirror", { httpStatus: async () => "ENOTFOUND" }, "http_proxy"],
    ["state-directory", { whyNotWritable: async (path) => (path.endsWith(".sock") ? undefined : "EROFS") }, "--dir"],
  ])("finds what is wrong with %s", async (name, changes, fix) => {
    const { exitCode, events } = await doctor(changes, ["--json"]);
    const finding = events.find((event) => event.name === name);
    expect(finding).toMatchObject({ type: "doctor.finding", status: "failed" });
    expect(JSON.stringify(finding?.fix)).toContain(fix);
    expect(exitCode).toBe(1);
    const text = await doctor(changes);
    expect(text.stdout).toContain("✗ ");
    expect(text.stdout).toContain("doctor --fix");
    expect(text.stderr).toBe("");
  });

  it.each<[string, Partial<Probes>]>([
    ["apt", { findProgram: (name) => (name === "apt-get" ? undefined : name) }],
    ["awscli", { findProgram: (name) => (name === "aws" ? undefined : name) }],
    ["chromium", { findProgram: (name) => (/chrom/.test(name) ? undefined : name) }],
    ["locale", { env: {} }],
    ["base-image", { imagesPresent: async () => false }],
    ["platform", { platform: "darwin" }],
  ])("only warns about %s", async (name, changes) => {
    const { exitCode, events } = await doctor(changes, ["--json"]);
    expect(events.filter((event) => event.status !== "ok")).toMatchObject([{ name, status: "warning" }]);
    expect(exitCode).toBe(0);
  });

  it("names Docker Desktop on macOS and Windows", async () => {
    for (const platform of ["darwin", "win32"] as const) {
      expect((await doctor({ platform })).stdout).toContain("the sandbox needs Docker Desktop");
    }
  });

  it("accepts a member of group docker, and a registry instead of debootstrap", async () => {
    const changes: Partial<Probes> = {
      isRoot: false,
      groups: async () => ["someone", "docker"],
      findProgram: (name) => (name === "debootstrap" ? undefined : name),
      whyNotListening: async () => "EACCES",
    };
    expect((await doctor(changes)).exitCode).toBe(0);
  });

  it("is in Japanese, too", async () => {
    const { stdout } = await doctor({ engine: async () => noEngine }, ["--lang", "ja"]);
    expect(stdout).toContain("✗ Docker エンジン: 接続すると ENOENT が返りました");
  });
});

describe("doctor --fix", () => {
  it("installs, starts and builds what is missing, in that order, and says so", async () => {
    const done: string[] = [];
    const installed = new Set(["apt-get", "aws", "chromium"]);
    let engine: "up" | "down" = "down";
    let images = false;
    const good = goodMachine();
    const repairs: Repairs = {
      async installPackages(names) {
        done.push(`install ${names.join(" ")}`);
        for (const name of names) installed.add(name === "docker.io" ? "dockerd" : name);
      },
      async startDocker() {
        done.push("start docker");
        engine = "up";
      },
      async buildImages(onProgress) {
        onProgress({ en: "Building the host image", ja: "作成中" });
        done.push("build images");
        images = true;
      },
    };
    const { exitCode, stdout } = await doctor(
      {
        findProgram: (name) => (installed.has(name) ? name : undefined),
        engine: async () => (engine === "up" ? good.engine() : noEngine),
        imagesPresent: async () => images,
        registryAnswers: async () => false,
      },
      ["--fix"],
      repairs,
    );
    expect(done).toEqual(["install debootstrap", "install docker.io iptables", "start docker", "build images"]);
    expect(stdout).toContain("✓ Docker engine: 20.10.24+dfsg1");
    expect(stdout).toContain("(put right)");
    expect(stdout).toContain("Building the host image");
    expect(exitCode).toBe(0);
  });

  it("goes on when one thing cannot be put right, and ends with 1", async () => {
    const repairs: Repairs = {
      installPackages: never,
      async startDocker() {
        throw new Lecture05Error("DOCKER_UNAVAILABLE", {
          what: { en: "The Docker engine did not start", ja: "起動しませんでした" },
        });
      },
      buildImages: never,
    };
    const { exitCode, stdout, stderr } = await doctor({ engine: async () => noEngine }, ["--fix"], repairs);
    expect(stderr).toContain("The Docker engine did not start");
    expect(stdout).toContain("Chromium");
    expect(exitCode).toBe(1);
  });

  it("does not try what only root can do", async () => {
    const changes: Partial<Probes> = { isRoot: false, groups: async () => ["docker"], engine: async () => noEngine };
    expect((await doctor(changes, ["--fix"])).exitCode).toBe(1);
  });
});
