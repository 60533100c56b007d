import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spread } from "./measure.mjs";
import { openSite } from "./site.mjs";

const program = fileURLToPath(new URL("rate.mjs", import.meta.url));
const rounds = 5;
/** Nginx serves it by itself: what is compared is the way to it, not Rails. */
const file = "/robots.txt";

/** A whole stack: `up` against the time of hosts and AWS alone, `up` with nothing to do, one step, the load balancer. */
export async function stack() {
  const site = openSite();
  try {
    site.cli("sandbox", "start");
    const first = site.cli("up", "--yes", "--json", "--timings");
    const { lowerBoundMs } = JSON.parse(first.stdout.trim().split("\n").at(-1));
    const rows = [
      { name: "up, to the page", unit: "s", ...spread([first.ms / 1000]), ratio: first.ms / lowerBoundMs, against: "hosts and AWS alone" },
      timed("up, nothing to do", 1000, () => site.cli("up", "--yes")),
      timed("step nginx, nothing to do", undefined, () => site.cli("step", "nginx", "--yes")),
      ...throughTheLoadBalancer(site),
    ];
    return [...rows, { name: "destroy", unit: "s", ...spread([site.cli("destroy", "--yes").ms / 1000]) }];
  } finally {
    site.close();
  }
}

function timed(name, most, run) {
  const values = Array.from({ length: rounds }, () => run().ms);
  return { name, unit: "ms", ...spread(values), ...(most ? { atMost: { value: most } } : {}) };
}

/**
 * Both from the load balancer's own network, because the host lets nobody else in: to Nginx on the host, and to the load
 * balancer that stands before it.
 */
function throughTheLoadBalancer(site) {
  const { hosts, resources } = JSON.parse(site.cli("status", "--json").stdout);
  const id = readFileSync(join(site.env.LECTURE05_SANDBOX_HOME, "sandbox-id"), "utf8").trim();
  const names = docker("ps", "--format", "{{.Names}}", "--filter", `name=^lecture05-${id}-lb-`).split("\n");
  if (names.length !== 1) throw new Error(`one load balancer was expected, not ${resources.length}: ${names}`);
  const pid = docker("inspect", "--format", "{{.State.Pid}}", names[0]);
  const inside = docker("exec", names[0], "hostname", "-I").split(" ")[0];
  const rateOf = (address) => {
    const args = ["--target", pid, "--net", process.execPath, program, `http://${address}${file}`, "3000", "16"];
    const { status, stdout, stderr } = spawnSync("nsenter", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`nsenter ${args.join(" ")} ended with ${status}: ${stderr}`);
    return Number(stdout);
  };
  const values = { host: [], balancer: [] };
  for (let round = -1; round < rounds; round++) {
    const pair = { host: rateOf(hosts[0].privateIp), balancer: rateOf(inside) };
    if (round >= 0) for (const name of ["host", "balancer"]) values[name].push(pair[name]);
  }
  const { median } = spread(values.balancer.map((value, index) => value / values.host[index]));
  return [
    { name: "Nginx on the host", unit: "1/s", ...spread(values.host) },
    { name: "through the load balancer", unit: "1/s", ...spread(values.balancer), ratio: median, against: "the host", atLeast: { ratio: 0.8 } },
  ];
}

function docker(...args) {
  const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`docker ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout.trim();
}
