import { fileURLToPath } from "node:url";
import { docker, run } from "./commands.mjs";
import { spread } from "./measure.mjs";

const program = fileURLToPath(new URL("rate.mjs", import.meta.url));
const rounds = 5;
/** Nginx serves it by itself: what is compared is the way to it, not Rails. */
const file = "/robots.txt";

/**
 * Requests a second, both from the load balancer's own network, because the host lets nobody else in: to Nginx on the host,
 * and to the load balancer that stands before it.
 */
export async function throughTheLoadBalancer(site) {
  const { hosts } = JSON.parse((await site.cli("status", "--json")).stdout);
  const filter = `name=^lecture05-${site.sandboxId()}-lb-`;
  const names = (await docker(["ps", "--format", "{{.Names}}", "--filter", filter])).split("\n").filter(Boolean);
  if (names.length !== 1) throw new Error(`one load balancer was expected, not: ${names}`);
  const pid = await docker(["inspect", "--format", "{{.State.Pid}}", names[0]]);
  const inside = (await docker(["exec", names[0], "hostname", "-I"])).split(" ")[0];
  const rateOf = async (address) => {
    const args = ["--target", pid, "--net", process.execPath, program, `http://${address}${file}`, "3000", "16"];
    return Number((await run("nsenter", args)).stdout);
  };
  const values = { host: [], balancer: [] };
  for (let round = -1; round < rounds; round++) {
    const pair = { host: await rateOf(hosts[0].privateIp), balancer: await rateOf(inside) };
    if (round >= 0) for (const name of ["host", "balancer"]) values[name].push(pair[name]);
  }
  const { median } = spread(values.balancer.map((value, index) => value / values.host[index]));
  return [
    { name: "Nginx on the host", unit: "1/s", ...spread(values.host) },
    { name: "through the load balancer", unit: "1/s", ...spread(values.balancer), ratio: median, against: "the host", atLeast: { ratio: 0.8 } },
  ];
}
