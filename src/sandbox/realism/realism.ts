import { friendlyIntervalMs } from "../access-logs/deliveries.ts";
import { keyOf } from "../rds/find.ts";
import type { Runtime } from "../runtime.ts";
import type { World } from "../world.ts";
import { AwsError } from "../wire/action.ts";
import type { Call, Manners } from "../wire/manners.ts";
import { isMutating } from "../wire/request-log.ts";
import { Behaviours } from "./behaviours.ts";
import type { Dice } from "./dice.ts";
import { Eventual } from "./eventual.ts";
import { writeLateLog } from "./late-log.ts";
import type { Behaviour } from "./names.ts";
import { Refusals } from "./refusals.ts";
import type { RealismSettings } from "./settings.ts";
import { SlowRuntime } from "./slow-runtime.ts";
import type { Time } from "./time.ts";

const lostShare = 0.02;
const silentShare = 0.012;
const skewedShare = 0.35;
const minuteMs = 60_000;
/** So often at most a log comes in late; S3 delivers what is under way and then no more. */
const lateLogs = 2;

export interface RealismOptions {
  /** Calls that are left alone. By default those of the hosts: the tool is what is to be tried, not the application. */
  readonly isExempt?: (call: Call) => boolean;
  /** Loaded ones, for a test of one behaviour. */
  readonly dice?: Dice;
  /** Another time than the machine's, for tests to which a slow machine must not matter. */
  readonly time?: Time | undefined;
}

/**
 * AWS's manners around the sandbox's services, which know nothing of them: between a request and its action, between
 * its output and the client, and between the services and the machine. docs/realism.md has each with its source.
 */
export class Realism implements Manners {
  readonly behaviours: Behaviours;
  private readonly slow: SlowRuntime;
  private readonly refusals: Refusals;
  private readonly eventual: Eventual;
  private readonly skewMs: number;
  private readonly reasons = new WeakMap<Call, Behaviour>();
  /** When EC2 takes a profile, and when SSM knows an invocation. */
  private readonly knownFrom = new Map<string, number>();
  private readonly lateLogsOf = new Map<string, number>();
  private opened: World | undefined;

  constructor(
    readonly settings: RealismSettings,
    private readonly options: RealismOptions = {},
  ) {
    const on = (this.behaviours = new Behaviours(settings, options.dice, options.time));
    this.slow = new SlowRuntime(on);
    this.refusals = new Refusals(on, () => this.world);
    this.eventual = new Eventual(on);
    const { dice } = on;
    const isSkewed = on.has("clock-skew") && dice.at("clock-skew") < skewedShare;
    const direction = dice.at("ahead") < 0.5 ? 1 : -1;
    this.skewMs = isSkewed ? direction * (20 + 40 * dice.at("minutes")) * minuteMs : 0;
  }

  /** To be called once the services are there. */
  attach(world: World): void {
    this.opened = world;
    if (this.skewMs !== 0) this.behaviours.note("clock-skew");
  }

  runtime<R extends Runtime>(runtime: R): R {
    return this.slow.around(runtime);
  }

  readonly later = async (what: "lingering-interfaces", work: () => Promise<void>): Promise<void> => {
    const ms = this.behaviours.timeFor(what, what);
    if (ms <= 0) return work();
    this.behaviours.note(what);
    void this.behaviours.time
      .sleep(ms, { ref: false })
      .then(work)
      .catch((error: unknown) => this.world.log({ level: "error", event: "not-released", error: String(error) }));
  };

  /** How long access logs are gathered before they are delivered. */
  readonly accessLogPauseMs = (): number => {
    const ms = this.behaviours.timeFor("slow-access-logs", "delivery");
    if (ms <= 0) return friendlyIntervalMs;
    this.behaviours.note("slow-access-logs");
    return ms;
  };

  clock(now: Date, accessKeyId: string): Date {
    if (this.skewMs === 0 || this.world.iam.findCredentials(accessKeyId)?.caller.roleName !== undefined) return now;
    return new Date(now.getTime() + this.skewMs);
  }

  reasonFor(call: Call): string | undefined {
    return this.reasons.get(call);
  }

  async admit(call: Call): Promise<void> {
    if (this.isExempt(call)) return;
    await this.behaviours.wait("latency", call.operation);
    const refusal = this.refusals.of(call);
    if (refusal) this.refuse(call, refusal.behaviour, refusal.error);
    if (this.behaviours.has("eventual-reads")) {
      const unknown = this.eventual.refusal(call);
      if (unknown) this.refuse(call, "eventual-reads", unknown);
    }
    this.refuseTooEarly(call);
    await this.beforeDeletion(call);
  }

  show(call: Call, output: object): object {
    this.remember(call, output);
    if (this.isExempt(call)) return output;
    let shown = output;
    if (this.behaviours.has("eventual-reads")) {
      const seen = this.eventual.show(call, output);
      if (seen.isChanged) this.mark(call, "eventual-reads");
      shown = seen.output;
    }
    return call.operation === "DescribeInstanceInformation" ? this.withoutUnreachable(call, shown) : shown;
  }

  async delivers(call: Call): Promise<boolean> {
    if (this.isExempt(call) || !isMutating(call.operation)) return true;
    const { dice } = this.behaviours;
    if (this.behaviours.has("lost-answers") && dice.next("lost", call.operation) < lostShare) {
      this.mark(call, "lost-answers");
      return false;
    }
    if (!this.behaviours.has("late-timeouts") || dice.next("silent", call.operation) >= silentShare) return true;
    this.mark(call, "late-timeouts");
    await this.behaviours.time.sleep(this.behaviours.timeFor("late-timeouts", "answer"));
    return false;
  }

  private get world(): World {
    if (!this.opened) throw new Error("no world was attached");
    return this.opened;
  }

  private isExempt(call: Call): boolean {
    return this.options.isExempt?.(call) ?? call.caller.roleName !== undefined;
  }

  private mark(call: Call, behaviour: Behaviour): void {
    this.reasons.set(call, behaviour);
    this.behaviours.note(behaviour);
  }

  private refuse(call: Call, behaviour: Behaviour, error: AwsError): never {
    this.mark(call, behaviour);
    throw error;
  }

  /** What EC2 and SSM do not know yet of IAM's and their own doings. */
  private refuseTooEarly(call: Call): void {
    const { operation } = call;
    if (operation === "RunInstances") {
      const { Name } = (call.input as { IamInstanceProfile?: { Name?: string } }).IamInstanceProfile ?? {};
      if (Name === undefined || this.isKnown(`profile ${Name}`)) return;
      const message = `Value (${Name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`;
      this.refuse(call, "late-profile", new AwsError("InvalidParameterValue", message));
    }
    if (operation === "GetCommandInvocation") {
      const { CommandId = "" } = call.input as { CommandId?: string };
      if (!this.isKnown(`command ${CommandId}`))
        this.refuse(call, "late-invocation", new AwsError("InvocationDoesNotExist", "", 400));
    }
    if (operation === "SendCommand") {
      const { InstanceIds = [] } = call.input as { InstanceIds?: readonly string[] };
      const unreachable = InstanceIds.filter((id) => !this.slow.isReachable(id));
      if (unreachable.length === 0) return;
      const message = `Instances [[${unreachable.join(", ")}]] not in a valid state for account ${this.world.account}`;
      this.refuse(call, "late-ssm", new AwsError("InvalidInstanceId", message, 400));
    }
  }

  private isKnown(what: string): boolean {
    return (this.knownFrom.get(what) ?? 0) <= this.behaviours.time.now();
  }

  private remember({ operation, input }: Call, output: object): void {
    if (operation === "AddRoleToInstanceProfile" || operation === "CreateInstanceProfile") {
      const { InstanceProfileName: name = "" } = input as { InstanceProfileName?: string };
      this.knownFrom.set(
        `profile ${name}`,
        this.behaviours.time.now() + this.behaviours.timeFor("late-profile", "profile"),
      );
    }
    if (operation === "SendCommand") {
      const { Command } = output as { Command?: { CommandId?: string } };
      const lateMs = this.behaviours.timeFor("late-invocation", "command");
      this.knownFrom.set(`command ${Command?.CommandId}`, this.behaviours.time.now() + lateMs);
    }
  }

  private withoutUnreachable(call: Call, output: object): object {
    const { InstanceInformationList: all = [] } = output as { InstanceInformationList?: { InstanceId?: string }[] };
    const reachable = all.filter(({ InstanceId = "" }) => this.slow.isReachable(InstanceId));
    if (reachable.length === all.length) return output;
    this.mark(call, "late-ssm");
    return { ...output, InstanceInformationList: reachable };
  }

  private async beforeDeletion({ operation, input }: Call): Promise<void> {
    if (operation === "DeleteLoadBalancer") {
      const { LoadBalancerArn = "" } = input as { LoadBalancerArn?: string };
      this.slow.leave(LoadBalancerArn.split(":loadbalancer/")[1] ?? "");
    }
    if (operation === "DeleteDBInstance") {
      const { DBInstanceIdentifier: id = "" } = input as { DBInstanceIdentifier?: string };
      this.slow.leave(this.world.rds.data.databases[keyOf(id)]?.resourceId ?? "");
    }
    if (operation === "TerminateInstances")
      for (const id of (input as { InstanceIds?: readonly string[] }).InstanceIds ?? []) this.slow.leave(id);
    if (operation !== "DeleteBucket" || !this.behaviours.has("late-logs")) return;
    const { Bucket = "" } = input as { Bucket?: string };
    const so = this.lateLogsOf.get(Bucket) ?? 0;
    if (so >= lateLogs || this.behaviours.dice.next("late-logs") >= 0.7) return;
    if (!(await writeLateLog(this.world, Bucket))) return;
    this.lateLogsOf.set(Bucket, so + 1);
    this.behaviours.note("late-logs");
  }
}
