import { join } from "node:path";
import { ansible } from "./ansible.mjs";
import { throughTheLoadBalancer } from "./balancer.mjs";
import { docker } from "./commands.mjs";
import { differencesOf } from "./compare-hosts.mjs";
import { factsOf } from "./hand-host.mjs";
import { spread } from "./measure.mjs";
import { plain, stages, sum } from "./plain.mjs";
import { openSite } from "./site.mjs";
import { withoutNetwork } from "./without-network.mjs";

const quickRounds = 5;

/**
 * A whole stack: the four stages and `up` against the same work by a plain script and by Ansible, in turn; `up` with nothing
 * to do; one step; `up` after `destroy`, also without a network; the load balancer.
 */
export async function stack({ rounds }) {
  const site = await openSite({ ownCache: true });
  try {
    await site.cli("sandbox", "start");
    say("up, to have everything downloaded");
    const facts = await firstUp(site);
    const quick = await quickRows(site);
    const balancer = await throughTheLoadBalancer(site);
    const seen = { up: [], plain: [], ansible: [], destroy: [] };
    const cache = site.env.LECTURE05_SANDBOX_CACHE;
    for (let round = 1; round <= rounds; round++) {
      const of = `round ${round} of ${rounds}`;
      say(`destroy and up (${of})`);
      seen.destroy.push((await site.cli("destroy", "--yes")).ms / 1000);
      seen.up.push(await freshUp(site));
      say(`plain script (${of})`);
      seen.plain.push(await plain({ ...facts, cache }));
      say(`Ansible (${of})`);
      seen.ansible.push(await ansible({ ...facts, cache, root: site.root }));
      seen.ansible.at(-1).up = (await site.cli("up", "--yes")).ms / 1000;
    }
    const id = site.sandboxId();
    say("destroy, and up without a network");
    seen.destroy.push((await site.cli("destroy", "--yes")).ms / 1000);
    const offline = await withoutNetwork(id, () => freshUp(site));
    seen.destroy.push((await site.cli("destroy", "--yes")).ms / 1000);
    return [
      ...upRows(seen.up, offline),
      ...plainRows(facts, seen),
      ...ansibleRows(facts, seen),
      ...quick,
      { name: "destroy", unit: "s", ...spread(seen.destroy) },
      ...balancer,
    ];
  } finally {
    await site.close();
  }
}

const say = (text) => process.stderr.write(`  ${text}\n`);

/** Up to the fourth stage, to see what a host is like there; then the rest. */
async function firstUp(site) {
  await site.cli("up", "--yes", "--to", "nginx-puma");
  const { hosts } = JSON.parse((await site.cli("status", "--json")).stdout);
  const container = `lecture05-${site.sandboxId()}-${hosts[0].instanceId}`;
  const image = await docker(["inspect", "--format", "{{.Config.Image}}", container]);
  const facts = await factsOf(container);
  const release = /^\/opt\/lecture05\/releases\/(\w+)$/m.exec(facts)[1];
  await site.cli("up", "--yes");
  return { facts, image, release };
}

/** Seconds of `up` from nothing: each stage, to the end of the fourth, to the page, all; and the time of hosts and AWS alone. */
async function freshUp(site) {
  const startedAt = Date.now();
  const { ms, stdout } = await site.cli("up", "--yes", "--json", "--timings");
  const { lowerBoundMs } = JSON.parse(stdout.trim().split("\n").at(-1));
  const { steps } = JSON.parse((await site.cli("status", "--json")).stdout);
  const step = (name) => steps.find((one) => one.name === name);
  const until = (name) => (Date.parse(step(name).finishedAt) - startedAt) / 1000;
  const seconds = Object.fromEntries(stages.map((stage) => [stage, step(stage).durationMs / 1000]));
  return {
    stages: seconds,
    four: sum(Object.values(seconds)),
    toNginxPuma: until("nginx-puma"),
    toPage: until("alb"),
    all: ms / 1000,
    bound: lowerBoundMs / 1000,
  };
}

async function quickRows(site) {
  const timed = async (name, promise, ...args) => {
    const values = [];
    for (let round = 0; round < quickRounds; round++) values.push((await site.cli(...args)).ms);
    return { name, unit: "ms", ...spread(values), ...promise };
  };
  return [
    await timed("up, nothing to do", { atMost: { value: 1000 } }, "up", "--yes"),
    await timed("step nginx, nothing to do", {}, "step", "nginx", "--yes"),
  ];
}

const row = (name, values) => ({ name, unit: "s", ...spread(values) });

/** Ratios round by round, so that what was done in turn is compared. */
function against(name, values, [other, others], promise = {}) {
  const ratio = spread(values.map((value, index) => value / others[index])).median;
  return { ...row(name, values), ratio, against: other, ...promise };
}

function upRows(ups, offline) {
  const all = ups.map((one) => one.all);
  return [
    against("up after destroy", all, ["hosts and AWS alone", ups.map((one) => one.bound)]),
    { ...row("up after destroy, to the page", ups.map((one) => one.toPage)), atMost: { value: 60 } },
    { ...row("the same without a network", [offline.toPage]), atMost: { value: 60 } },
  ];
}

function plainRows({ facts }, { up, plain: plains }) {
  const scripts = plains.map((one) => one.all);
  const whole = plains.map((one) => one.host + one.all);
  const rows = [
    row("plain script: four stages", scripts),
    row("plain script: without its proofs", plains.map((one) => one.all - one.proofs)),
    row("plain script: with the host", whole),
    ...stages.map((stage) => row(`plain script: ${stage}`, plains.map((one) => one.stages[stage]))),
  ];
  const stageRows = stages.map((stage) =>
    against(`up: ${stage}`, up.map((one) => one.stages[stage]), ["plain script", plains.map((one) => one.stages[stage])]),
  );
  const four = up.map((one) => one.four);
  const compared = [
    against("up: four stages", four, ["plain script", scripts], { atMost: { ratio: 1.1 } }),
    against("up: nothing to the fourth stage", up.map((one) => one.toNginxPuma), ["plain script", whole]),
    ...stageRows,
  ];
  return [...rows, ...unlessDifferent(compared, plains.flatMap((one) => differencesOf(facts, one.facts)))];
}

function ansibleRows({ facts }, { up, ansible: runs }) {
  const [first, again] = [runs.map((one) => one.first), runs.map((one) => one.again)];
  const compared = [
    against("up: four stages, against Ansible", up.map((one) => one.four), ["Ansible", first], { atMost: { ratio: 1 } }),
    against("up: again, against Ansible", runs.map((one) => one.up), ["Ansible", again], { atMost: { ratio: 0.5 } }),
  ];
  const rows = [row("Ansible: four stages", first), row("Ansible: four stages again", again)];
  return [...rows, ...unlessDifferent(compared, runs.flatMap((one) => differencesOf(facts, one.facts, one)))];
}

/** What leaves another host behind did other work: then there is nothing to compare. */
function unlessDifferent(rows, differences) {
  if (differences.length === 0) return rows;
  return rows.map(({ ratio, ...rest }) => ({ ...rest, differences }));
}
