import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Deliveries } from "../../../src/sandbox/access-logs/deliveries.ts";
import { createWorld, sandboxServices } from "../../../src/sandbox/create-world.ts";
import { startDaemon, type Daemon } from "../../../src/sandbox/daemon.ts";
import { keepGroups } from "../../../src/sandbox/autoscaling/keeper.ts";
import { reconcileEc2 } from "../../../src/sandbox/ec2/reconcile.ts";
import { reconcileElbv2 } from "../../../src/sandbox/elbv2/reconcile.ts";
import { reconcileRds } from "../../../src/sandbox/rds/keep.ts";
import { reconcileSsm } from "../../../src/sandbox/ssm/reconcile.ts";
import type { Realism } from "../../../src/sandbox/realism/realism.ts";
import type { Call } from "../../../src/sandbox/wire/manners.ts";
import type { World } from "../../../src/sandbox/world.ts";
import { backupPolicyName } from "../../../src/steps/backup/policies.ts";
import { writeBackup } from "../../support/write-backup.ts";
import { backedUpRows } from "./script-answers.ts";
import { DoubleHosts, type HostsSnapshot } from "./double-hosts.ts";
import { emptyPageData, startDoublePage, type DoublePage, type PageData } from "./double-page.ts";

export const stack = "faults";
export const region = "ap-northeast-1";
/** Tells what hosts ask of AWS from what the tool asks. */
export const hostUserAgent = "double-host";
/** Whoever else is at work in the account; also a host where its own rights are not what is looked at. */
export const somebody = "somebody";
const projectRoot = join(import.meta.dirname, "../../..");
const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string };

/** Everything that a command meets: the sandbox's disk, what runs on its hosts, and the state directory of the stack. */
export interface CloudSnapshot {
  /** Holds `home/` and `state/`. */
  readonly directory: string;
  readonly hosts: HostsSnapshot;
  readonly page: PageData;
}

/**
 * The real sandbox (its daemon, its services over HTTP with signatures, its files) on hosts that take no time. A
 * command finds it through LECTURE05_SANDBOX_HOME as it finds any sandbox.
 */
export class DoubleCloud {
  private constructor(
    readonly directory: string,
    readonly world: World,
    readonly hosts: DoubleHosts,
    readonly page: DoublePage,
    /** What the daemon logged as an error. */
    readonly errors: readonly string[],
    private readonly daemon: Daemon,
    private readonly s3: S3Client,
    private readonly keeper: { stop(): Promise<void> } | undefined,
  ) {}

  /** `realism` leaves alone what does not come from the tool: see `isOfHost`. */
  static async start(from?: CloudSnapshot, realism?: Realism): Promise<DoubleCloud> {
    // Memory where there is some: thousands of small files with fsync are what is written.
    const directory = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "lecture05 faults-"));
    if (from) cpSync(from.directory, directory, { recursive: true });
    const home = join(directory, "home");
    mkdirSync(home, { recursive: true });
    // The commands look for containers of this sandbox; the Docker double shows one of another stack.
    writeFileSync(join(home, "sandbox-id"), "fa017501");
    const hosts = new DoubleHosts(from?.hosts);
    const page = await startDoublePage();
    page.data = structuredClone(from?.page ?? emptyPageData());
    const errors: string[] = [];
    let world: World | undefined;
    let keeper: ReturnType<typeof keepGroups> | undefined;
    const daemon = await startDaemon({
      home,
      version,
      log: (entry) => void (entry["level"] === "error" && errors.push(JSON.stringify(entry))),
      onHomeLost: () => errors.push("the home was lost"),
      async open(site) {
        const runtime = realism?.runtime(hosts) ?? hosts;
        const opened = (world = createWorld({ home, runtime, log: site.log, later: realism?.later }));
        realism?.attach(opened);
        const deliveries = new Deliveries(opened, { pauseMs: realism?.accessLogPauseMs });
        keeper = keepGroups(opened);
        const reconcile = async (): Promise<void> => {
          await reconcileEc2(opened);
          await reconcileElbv2(opened);
          await reconcileRds(opened);
          await reconcileSsm(opened);
        };
        const engineAnswers = async (): Promise<boolean> => true;
        return { world: opened, services: sandboxServices, manners: realism, deliveries, engineAnswers, reconcile };
      },
    });
    if (!daemon || !world) throw new Error("another daemon has this home");
    const s3 = new S3Client({
      region,
      endpoint: `http://127.0.0.1:${daemon.port}`,
      credentials: { ...world.iam.rootCredentials },
      forcePathStyle: true,
      customUserAgent: hostUserAgent,
    });
    const cloud = new DoubleCloud(directory, world, hosts, page, errors, daemon, s3, keeper);
    cloud.connectHosts();
    return cloud;
  }

  get home(): string {
    return join(this.directory, "home");
  }

  get stateDirectory(): string {
    return join(this.directory, "state");
  }

  /** A client with the account's root key, for what others than the tool do. */
  get clientConfig(): {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  } {
    const { port } = this.daemon;
    return { region, endpoint: `http://127.0.0.1:${port}`, credentials: { ...this.world.iam.rootCredentials } };
  }

  /** A host may write backups when its role says so. */
  private mayBackUp(): boolean {
    const policies = Object.values(this.world.iam.data.roles).flatMap(({ inlinePolicies }) => inlinePolicies);
    return policies.find(({ name }) => name === backupPolicyName)?.document.includes("s3:PutObject") === true;
  }

  /** As the program on the hosts does, but with the account's own right. */
  private async takeBackup(host: string): Promise<void> {
    const s3 = new S3Client({ ...this.clientConfig, forcePathStyle: true, customUserAgent: somebody });
    const pictures = this.bucket;
    await writeBackup({ s3, pictures, bucket: `${pictures}-backup`, host, rows: backedUpRows, now: new Date() });
    s3.destroy();
  }

  /** The stack's bucket, once there is one. */
  get bucket(): string {
    return this.world.s3
      .all()
      .find(({ config }) => config.name.startsWith(`${stack}-`) && !/-(?:logs|backup)$/.test(config.name))!.config.name;
  }

  /**
   * From now on the sandbox's time runs so many times faster: draining, warm-up and baking are long over. Signatures are
   * good for a quarter of an hour, so not for long.
   */
  hurry(factor: number): void {
    const since = Date.now();
    Object.assign(this.world, { now: () => new Date(Date.now() + (Date.now() - since) * (factor - 1)) });
  }

  /** Stops, and keeps what is on disk for others to start from. */
  async intoSnapshot(): Promise<CloudSnapshot> {
    await this.close();
    return { directory: this.directory, hosts: this.hosts.snapshot(), page: structuredClone(this.page.data) };
  }

  async stop(): Promise<void> {
    await this.close();
    removeSnapshot(this);
  }

  private async close(): Promise<void> {
    this.s3.destroy();
    await this.keeper?.stop();
    await Promise.all([this.daemon.stop(), this.page.stop()]);
  }

  private connectHosts(): void {
    const { elbv2 } = this.world;
    const bucket = (): string => this.bucket;
    this.hosts.factsOf = (instanceId) => ({
      instanceId,
      loadBalancerIp: Object.values(elbv2.data.loadBalancers)[0]?.zones[0]?.privateIp ?? "",
      metadataIsOn: this.world.ec2.data.instances[instanceId]?.metadataOptions.httpEndpoint !== "disabled",
      requestOf: (requestId) => this.page.requests.get(requestId),
      databaseAddress: Object.values(this.world.rds.data.databases)[0]?.endpointName,
      mayBackUp: () => this.mayBackUp(),
      recordsNamed: (name) => this.page.data.fruits.filter((fruit) => fruit.name === name).length,
    });
    this.hosts.onScript = async (instanceId, name) => {
      if (name === "take-backup") await this.takeBackup(instanceId);
      if (name !== "configure-s3") return;
      await this.s3.send(
        new PutObjectCommand({ Bucket: bucket(), Key: `logs/${instanceId}/puma.log`, Body: "started\n" }),
      );
    };
    this.hosts.onLoadBalancerLog = () => this.page.log;
    this.page.hasDatabase = () => {
      const isMoved = [...this.hosts.scriptsRun.values()].some((names) => names.includes("move-database"));
      const group = Object.values(this.world.ec2.data.securityGroups).find(({ name }) => name === `${stack}-database`);
      return !isMoved || group?.rules.some(({ egress }) => !egress) === true;
    };
    this.page.detour = () => {
      const config = Object.values(elbv2.data.rules).find(({ priority }) => priority === 1)?.actions[0]?.RedirectConfig;
      return config && `${config.Protocol?.toLowerCase()}://${config.Host}:${config.Port}${config.Path}`;
    };
    this.page.hosts = () => {
      const targets = Object.values(elbv2.data.targetGroups).flatMap((group) => group.targets);
      return targets.filter(({ drainedAt }) => drainedAt === undefined).map(({ id }) => id);
    };
    this.page.isReached = () => Object.keys(elbv2.data.listeners).length > 0;
    this.page.pictures = {
      isConfigured: () => [...this.hosts.scriptsRun.values()].some((names) => names.includes("configure-s3")),
      put: async (Key, Body) => void (await this.s3.send(new PutObjectCommand({ Bucket: bucket(), Key, Body }))),
      // As Active Storage does: the picture, then what was made of it.
      delete: async (Key) => {
        await this.s3.send(new DeleteObjectCommand({ Bucket: bucket(), Key }));
        const made = new ListObjectsV2Command({ Bucket: bucket(), Prefix: `variants/${Key}/` });
        const Objects = ((await this.s3.send(made)).Contents ?? []).map((object) => ({ Key: object.Key }));
        if (Objects.length > 0) await this.s3.send(new DeleteObjectsCommand({ Bucket: bucket(), Delete: { Objects } }));
      },
      get: async (Key) => {
        const found = await this.s3.send(new GetObjectCommand({ Bucket: bucket(), Key })).catch(() => undefined);
        return found?.Body && Buffer.from(await found.Body.transformToByteArray());
      },
    };
  }
}

/** What the double's hosts send to S3; they have no role of their own to sign with. */
export const isOfHost = ({ userAgent }: Pick<Call, "userAgent">): boolean => userAgent.includes(hostUserAgent);

export function removeSnapshot({ directory }: Pick<CloudSnapshot, "directory">): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
