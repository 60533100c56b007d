import { spawn } from "node:child_process";
import { docker, run } from "./commands.mjs";
import { isBench } from "./site.mjs";

const mark = `lecture05-bench-${process.pid}`;
const rule = (bridge) => ["DOCKER-USER", "-i", bridge, "!", "-o", bridge, "-m", "comment", "--comment", mark, "-j", "DROP"];

/**
 * Does something while every packet that leaves a sandbox's networks vanishes, also those of networks that are made
 * meanwhile: no name is answered, and nobody says that nobody is there. What the hosts say to each other and to this machine
 * goes on. Returns what it returns.
 */
export async function withoutNetwork(sandboxId, work) {
  await removeLeftRules();
  const blocked = [];
  const block = async (id) => {
    const bridge = `br-${id.slice(0, 12)}`;
    await run("iptables", ["-I", ...rule(bridge)], { cleansUp: true });
    blocked.push(bridge);
  };
  const filters = ["--filter", "type=network", "--filter", "event=create"];
  const format = "{{.Actor.ID}} {{.Actor.Attributes.name}}";
  const events = spawn("docker", ["events", ...filters, "--format", format], { stdio: ["ignore", "pipe", "inherit"] });
  const blocks = [];
  let text = "";
  events.stdout.setEncoding("utf8").on("data", (part) => {
    const lines = `${text}${part}`.split("\n");
    text = lines.pop();
    for (const line of lines) if (line.includes(` lecture05-${sandboxId}-`)) blocks.push(block(line.split(" ")[0]));
  });
  try {
    const there = await docker(["network", "ls", "--quiet", "--no-trunc", "--filter", `label=lecture05.sandbox=${sandboxId}`]);
    await Promise.all(there.split("\n").filter(Boolean).map(block));
    const result = await work();
    await Promise.all(blocks);
    await knock(sandboxId);
    if ((await lostPackets()) === 0) throw new Error("the network was not gone: no packet was lost");
    return result;
  } finally {
    events.kill();
    await Promise.allSettled(blocks);
    for (const bridge of blocked) await run("iptables", ["-D", ...rule(bridge)], { cleansUp: true });
  }
}

/** A host that has all that it needs may never have tried the way out: it tries it now, to an address for documentation. */
async function knock(sandboxId) {
  const filters = ["--filter", `label=lecture05.sandbox=${sandboxId}`, "--filter", "label=lecture05.role=host"];
  const [host] = (await docker(["ps", "--quiet", ...filters])).split("\n");
  if (!host) throw new Error("there is no host that could try the network");
  await docker(["exec", host, "sh", "-c", "curl -s --max-time 2 http://192.0.2.1/ || true"]);
}

async function lostPackets() {
  const { stdout } = await run("iptables", ["-nvxL", "DOCKER-USER"]);
  const counts = stdout.split("\n").filter((line) => line.includes(`${mark} `)).map((line) => Number(line.trim().split(/\s+/)[0]));
  return counts.reduce((all, count) => all + count, 0);
}

/** Rules of a bench that was killed; their bridges are gone. */
async function removeLeftRules() {
  const { stdout } = await run("iptables", ["-S", "DOCKER-USER"]);
  for (const line of stdout.split("\n")) {
    const [, owner] = /--comment "?lecture05-bench-(\d+)/.exec(line) ?? [];
    if (owner && !isBench(owner)) await run("iptables", line.replaceAll('"', "").replace("-A", "-D").split(" "));
  }
}
