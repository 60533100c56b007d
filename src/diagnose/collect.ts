import { Lecture05Error } from "../errors.ts";
import type { Http, HttpOutcome } from "../ports/http.ts";
import { diagnoseHost } from "../remote/probes/diagnose.ts";
import type { Way } from "../remote/probes/functions.ts";
import { hostNameOf } from "../steps/alb/dns.ts";
import { databaseIdFor } from "../steps/database/names.ts";
import { observe, roleNameOf } from "../steps/ec2/observe.ts";
import { isUsable } from "../steps/ec2/usable.ts";
import type { StepName } from "../steps/names.ts";
import { bucketNameFor } from "../steps/s3/bucket-name.ts";
import { bearsGiven } from "../steps/ec2/given-profile.ts";
import { rolePolicyName } from "../steps/s3/policies.ts";
import type { StepContext } from "../steps/step.ts";
import { backupLines, collectBackup } from "./collect-backup.ts";
import type { Facts, Host } from "./facts.ts";
import { HostFacts } from "./host-facts.ts";
import type { Occasion } from "./occasion.ts";

/** What a diagnosis needs of the world; a step's context has it all. */
export type DiagnoseContext = Pick<
  StepContext,
  "stack" | "region" | "account" | "settings" | "ports" | "clock" | "signal" | "progress"
>;

export interface Question {
  /** Steps done or tried, in their order. */
  readonly reached: readonly StepName[];
  readonly url: string | undefined;
  /** Names of the certificate that step alb took. */
  readonly certificateNames?: readonly string[] | undefined;
  readonly occasion: Occasion;
}

/** A visitor's patience; an open way answers in milliseconds, a closed one never. */
const visitTimeoutMs = 3_000;

/**
 * Gathers everything in two rounds: what AWS says, then, side by side, one script on each host and a visit from
 * outside. Nothing is judged here; what cannot be asked is left out and named in `unseen`.
 */
export async function collect(ctx: DiagnoseContext, question: Question): Promise<Facts> {
  const { certificates, databases, network, loadBalancing, http, shell, objectStorage, identity } = ctx.ports;
  const { reached } = question;
  const unseen: string[] = [];
  const has = (step: StepName): boolean => reached.includes(step);

  /** One question; a refusal is noted, and an interruption ends everything. */
  const ask = async <T>(what: string, wanted: boolean, call: () => Promise<T>): Promise<T | undefined> => {
    if (!wanted) return undefined;
    try {
      return await call();
    } catch (error) {
      if (ctx.signal.aborted) throw error;
      unseen.push(`${what}: ${reasonOf(error)}`);
      return undefined;
    }
  };

  ctx.progress({ en: "asking AWS", ja: "AWS に問い合わせています" });
  const bucketName = bucketNameFor(ctx);
  const { certificateArn } = ctx.settings;
  const wantsHttps = has("alb") && certificateArn !== undefined;
  const [ec2, loadBalancer, targetGroup, callerAddress, certificate] = await Promise.all([
    ask("instances and network", true, () => observe(ctx)),
    ask("load balancer", has("alb"), () => loadBalancing.findLoadBalancer(ctx.stack, ctx.stack)),
    ask("target group", has("alb"), () => loadBalancing.findTargetGroup(ctx.stack, ctx.stack)),
    ask("own address", has("alb"), () => network.callerAddress()),
    ask("certificate", wantsHttps, async () => (await certificates.find(certificateArn ?? "")) ?? null),
  ]);
  const instances = (ec2?.instances ?? []).filter(({ state }) => isUsable(state));
  const online = await ask("SSM", instances.length > 0, () => shell.online(instances.map(({ id }) => id)));

  const inspect = async (instance: Host["instance"]): Promise<Host> => {
    const reachable = online?.includes(instance.id) ?? false;
    const wanted = reachable && instance.state === "running";
    ctx.progress({ en: `looking at ${instance.id}`, ja: `${instance.id} を調べています` });
    const script = diagnoseHost({
      way: wayOf(reached),
      // Rails answers to this name only, also to who looks no further than Puma.
      hostName: loadBalancer?.dnsName ?? (question.url && new URL(question.url).hostname),
      privateIp: instance.privateIp ?? "127.0.0.1",
      bucket: has("s3"),
      nginxAlone: has("nginx") && !has("nginx-puma"),
    });
    const [result, backup] = await Promise.all([
      ask(instance.id, wanted, () => shell.run(instance.id, script, { signal: ctx.signal })),
      ask(instance.id, wanted && has("backup"), () => backupLines(ctx, instance.id)),
    ]);
    return { instance, online: reachable, facts: result && new HostFacts(`${result.stdout}\n${backup ?? ""}`) };
  };

  const https = wantsHttps
    ? { certificateArn, certificate, recordedNames: question.certificateNames ?? [], now: ctx.clock.now() }
    : undefined;
  // Of a role that is somebody else's nothing is wanted.
  const isGiven = ec2 !== undefined && bearsGiven(ctx.stack, instances);
  const [hosts, listeners, targets, page, bucket, rolePolicy, database, backup] = await Promise.all([
    Promise.all(instances.map(inspect)),
    ask("listeners", has("alb"), async () => (loadBalancer ? loadBalancing.findListeners(loadBalancer.arn) : [])),
    ask("target health", has("alb"), async () => (targetGroup ? loadBalancing.targetHealth(targetGroup.arn) : [])),
    ask("page", loadBalancer !== undefined, () => visit(http, { https, loadBalancer }, visitTimeoutMs)),
    ask("bucket", has("s3"), async () =>
      (await objectStorage.findBucket(ctx.stack, bucketName)) ? objectStorage.bucketSettings(bucketName) : null,
    ),
    ask("role policy", has("s3"), async () =>
      isGiven
        ? undefined
        : ec2?.role
          ? ((await identity.findInlinePolicy(ec2.role.name, rolePolicyName)) ?? null)
          : null,
    ),
    ask("database", has("database"), async () => (await databases.find(ctx.stack, databaseIdFor(ctx))) ?? null),
    has("backup")
      ? collectBackup(ctx, (what, call) => ask(what, true, call), isGiven ? undefined : roleNameOf(ctx.stack))
      : undefined,
  ]);
  if (bucket)
    await ask("trial object", true, () => objectStorage.emptyBucket(bucketName, { prefix: "lecture05-diagnose/" }));

  return {
    stack: ctx.stack,
    region: ctx.region,
    reached,
    url: question.url,
    callerAddress,
    allowed: ctx.settings.allow,
    ec2,
    loadBalancer,
    listeners,
    https,
    targetGroup,
    targets,
    page,
    hosts,
    bucketName,
    bucket,
    rolePolicy,
    database,
    backup,
    unseen,
    occasion: question.occasion,
  };
}

/** The first page as a visitor gets it; by https it has to be the certificate asked for that answers. */
export function visit(
  http: Http,
  { https, loadBalancer }: Pick<Facts, "https" | "loadBalancer">,
  timeoutMs?: number,
): Promise<HttpOutcome> {
  const { dnsName = "" } = loadBalancer ?? {};
  const options = timeoutMs === undefined ? {} : { timeoutMs };
  if (!https) return http.request(`http://${dnsName}/`, options);
  const { names = https.recordedNames, fingerprint = "none" } = https.certificate ?? {};
  const route = { connectTo: dnsName, serverName: hostNameOf(names), fingerprint };
  return http.request(`https://${dnsName}/`, { ...options, route });
}

/** How the furthest step reaches the application. */
function wayOf(reached: readonly StepName[]): Way {
  if (reached.includes("nginx-puma") || reached.includes("alb")) return "nginx";
  return reached.includes("puma-socket") ? "socket" : "tcp";
}

function reasonOf(error: unknown): string {
  if (error instanceof Lecture05Error) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
