import { createHash } from "node:crypto";
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { docker, run } from "./commands.mjs";
import { label } from "./site.mjs";

export const byHand = (name) => fileURLToPath(new URL(`by-hand/${name}`, import.meta.url));

/** As a sandbox's host, without the wait for a packet filter that nobody sets here. */
const boot = "mount -o remount,rw /sys/fs/cgroup 2>/dev/null || true; exec /sbin/init";
const awaitInit =
  "for i in $(seq 600); do [ -S /run/systemd/private ] && systemctl show -p Version >/dev/null 2>&1 && exit 0; sleep 0.05; done; exit 1";
const proxies = ["http_proxy", "https_proxy", "no_proxy"];
let made = 0;

/**
 * A fresh container of the sandbox's host image, made by hand: a network, what is in the sandbox's cache, systemd. `ms` is
 * how long that took.
 */
export async function openHandHost({ image, cache }) {
  const startedAt = performance.now();
  const name = `lecture05-bench-${process.pid}-${++made}`;
  const owned = ["--label", `${label}=${process.pid}`];
  const host = {
    name,
    exec: (argv, options) => run("docker", ["exec", "-i", name, ...argv], options),
    async close() {
      await docker(["rm", "--force", "--volumes", name], { cleansUp: true });
      await docker(["network", "rm", name], { cleansUp: true });
    },
  };
  await docker(["network", "create", ...owned, name]);
  try {
    const variables = proxies.flatMap((variable) =>
      process.env[variable] ? ["--env", `${variable}=${process.env[variable]}`] : [],
    );
    // As long as an instance's id, because pages show it and tell their length.
    const hostName = `i-${String(process.pid).padStart(17, "0")}`;
    const limits = "--cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined";
    const systemd = "--cgroupns private --tmpfs /run --tmpfs /run/lock --env container=docker --stop-signal SIGRTMIN+3";
    await docker([
      ...["create", "--name", name, "--hostname", hostName, "--network", name, ...owned, ...variables],
      ...[...limits.split(" "), ...systemd.split(" "), image, "sh", "-c", boot],
    ]);
    const key = createHash("sha256").update(image).digest("hex").slice(0, 16);
    for (const archive of readdirSync(cache).filter((file) => file.includes(`-${key}-`))) {
      await docker(["cp", "-", `${name}:/`], { input: createReadStream(join(cache, archive)) });
    }
    await docker(["start", name]);
    await host.exec(["sh", "-c", awaitInit]);
  } catch (error) {
    await host.close().catch(() => {});
    throw error;
  }
  return { ...host, ms: performance.now() - startedAt };
}

/** What a host has and how it answers, see by-hand/host-facts.sh. Any container, also a sandbox's host. */
export async function factsOf(container) {
  const input = readFileSync(byHand("host-facts.sh"));
  return (await run("docker", ["exec", "-i", container, "sh", "-s"], { input })).stdout;
}
