import { setTimeout as sleep } from "node:timers/promises";
import { aclsIn } from "../../../src/sandbox/ec2/network-acls.ts";
import { collect } from "../../support/installed-package.ts";
import { WireRecorder, type Exchange } from "../../support/wire-recorder.ts";
import { runCli, startCli } from "../support/child.ts";
import { DoubleCloud, hostUserAgent, somebody, stack } from "../support/double-cloud.ts";
import type { CloudFacts } from "./authorization.ts";
import { twoHosts } from "./two-hosts.ts";
import { disturb, leftVolume, meetTrouble } from "./disturb.ts";

/** Everything that was asked of AWS in the life of a stack, and by whom. */
export interface RecordedRun {
  readonly exchanges: readonly Exchange[];
  /** Of those, what the tool asked and what the hosts asked. */
  readonly tool: readonly Exchange[];
  readonly host: readonly Exchange[];
  readonly facts: CloudFacts;
  readonly bucket: string;
  /** What `logs --access` printed. */
  readonly accessLog: string;
}

/** The life of a stack, from the first `up` until nothing is left: every command that talks to AWS, and some trouble. */
export async function recordRun(dockerHost: string): Promise<RecordedRun> {
  const cloud = await DoubleCloud.start();
  const recorder = new WireRecorder();
  const facts = { tags: {}, associations: {} };
  let bucket = "";
  let accessLog = "";
  const run = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await runCli(cloud, dockerHost, line.split(" "));
    if (code !== 0) throw new Error(`${line} ended with ${code}\n${stdout.slice(-3000)}\n${stderr}`);
    return stdout;
  };
  try {
    await interruptedUp(cloud, dockerHost);
    await run("up --yes --json");
    await run("up --access-logs --yes --json");
    await run("verify --json");
    accessLog = await run("logs --access --json");
    await run("verify ec2 --break --yes --json");
    await run("up --to database --yes --json");
    await run("up --multi-az --ttl 4h --yes --json");
    await disturb(cloud);
    await run("up --yes --json");
    for (const line of ["status --live --json", "diagnose --json", "adopt --yes --json", "exec -- true"])
      await run(line);
    await run("drill host --rate 5 --seconds 10 --yes --json");
    await twoHosts(cloud, run, () => noteFacts(cloud, facts));
    await meetTrouble(cloud);
    noteFacts(cloud, facts);
    await backups(run);
    await run("maintenance on --yes --json");
    noteFacts(cloud, facts);
    bucket = cloud.bucket;
    await run("destroy --yes --json");
    await run("destroy --backups delete --yes --json");
  } finally {
    recorder.stop();
    await cloud.stop();
  }
  const { exchanges } = recorder;
  const host = exchanges.filter(isBy(hostUserAgent));
  return { exchanges, tool: exchanges.filter(isByTool), host, facts, bucket, accessLog };
}

/** Made, proved, lacking their right for a moment, and brought back. */
async function backups(run: (line: string) => Promise<string>): Promise<void> {
  for (const line of ["up --to backup --yes", "verify backup --break --yes", "backup now", "restore --yes", "backup"])
    await run(`${line} --json`);
}

const isBy = (agent: string) => (exchange: Exchange) => exchange.requestHeaders["user-agent"]?.includes(agent) === true;

/** Whether the tool asked, and neither a host nor somebody else. */
export const isByTool = (exchange: Exchange): boolean => !isBy(hostUserAgent)(exchange) && !isBy(somebody)(exchange);

/** Ctrl-C while a script runs on the host: the tool cancels it there. */
async function interruptedUp(cloud: DoubleCloud, dockerHost: string): Promise<void> {
  cloud.hosts.durationsMs.set("prepare-host", 60_000);
  const child = startCli(cloud, dockerHost, ["up", "--yes"]);
  const outcome = collect(child);
  const isRunning = (): boolean =>
    cloud.world.ssm
      .commands()
      .some(({ comment, invocations }) => comment?.includes("prepare-host") && invocations[0]?.status === "InProgress");
  while (!isRunning() && child.exitCode === null) await sleep(10);
  child.kill("SIGINT");
  const { code, stderr } = await outcome;
  if (code !== 130) throw new Error(`the interrupted up ended with ${code}: ${stderr}`);
  cloud.hosts.durationsMs.clear();
}

/** Once everything stands; what the run makes and removes before that is nobody's concern. */
export function noteFacts({ world: { autoscaling, ec2, elbv2, rds, ssm } }: DoubleCloud, facts: CloudFacts): void {
  for (const [name, { tags }] of Object.entries(ssm.data.parameters)) Object.assign(facts.tags, { [name]: tags });
  for (const [name, tags] of Object.entries(autoscaling.data.tags)) {
    const plain = Object.entries(tags).map(([key, { value }]) => [key, value]);
    Object.assign(facts.tags, { [name]: Object.fromEntries(plain) });
  }
  Object.assign(facts.tags, ec2.data.tags, elbv2.data.tags, rds.data.tags, {
    [leftVolume]: { "lecture05:stack": stack },
  });
  for (const { id: partnerId, associations } of [...Object.values(ec2.data.routeTables), ...aclsIn(ec2.data)]) {
    for (const { id, subnetId } of associations)
      if (subnetId) Object.assign(facts.associations, { [id]: { partnerId, subnetId } });
  }
}
