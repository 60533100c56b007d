import type { World } from "../world.ts";
import { AwsError } from "../wire/action.ts";
import { failure } from "../wire/failures.ts";
import type { Call } from "../wire/manners.ts";
import { isMutating } from "../wire/request-log.ts";
import type { Behaviours } from "./behaviours.ts";
import type { Behaviour } from "./names.ts";

export interface Refusal {
  readonly behaviour: Behaviour;
  readonly error: AwsError;
}

const throttledShare = 0.06;
const brokenShare = 0.03;
const longBurstShare = 0.1;
/** One more than the SDK tries by itself, and some. */
const longBurst = 9;
const fullZoneShare = 0.4;
/**
 * How many calls that change something credentials last, from and to: so their end is at the same place for a seed,
 * however often a wait looks.
 */
const changesOfASession = [20, 90] as const;
const expiringShare = 0.5;

/** What is refused although nothing is wrong with the request. */
export class Refusals {
  /** By behaviour and operation: how many calls a burst still has, the one that passes included. */
  private readonly bursts = new Map<string, number>();
  private changesLeft: number;

  constructor(
    private readonly on: Behaviours,
    private readonly world: () => World,
  ) {
    this.changesLeft = this.sessionLength();
  }

  of(call: Call): Refusal | undefined {
    return this.expired(call) ?? this.throttled(call) ?? this.broken(call) ?? this.full(call);
  }

  /** A command that begins (GetCallerIdentity) counts as having signed in again, which is what a person would do. */
  private expired({ protocol, operation }: Call): Refusal | undefined {
    if (!this.on.has("expired-credentials")) return undefined;
    if (this.changesLeft <= 0 && operation === "GetCallerIdentity") this.changesLeft = this.sessionLength();
    if (isMutating(operation)) this.changesLeft -= 1;
    if (this.changesLeft > 0) return undefined;
    const error = failure(protocol, "expired-token", "The security token included in the request is expired");
    return { behaviour: "expired-credentials", error };
  }

  private sessionLength(): number {
    const [from, to] = changesOfASession;
    if (this.on.dice.next("expires") >= expiringShare) return Infinity;
    return Math.round(from + (to - from) * this.on.dice.next("session"));
  }

  private throttled({ service, protocol, operation }: Call): Refusal | undefined {
    if (!this.strikes("throttling", operation, throttledShare)) return undefined;
    const [code, status] = throttleSpelling(service, protocol);
    return { behaviour: "throttling", error: new AwsError(code, "Rate exceeded", status) };
  }

  private broken({ protocol, operation }: Call): Refusal | undefined {
    if (!this.strikes("server-errors", operation, brokenShare)) return undefined;
    const kind = this.on.dice.next("kind of error", operation) < 0.5 ? "internal" : "unavailable";
    return { behaviour: "server-errors", error: failure(protocol, kind, "An error occurred. Please retry.") };
  }

  /** Several calls of an operation in a row: mostly so few that the SDK's own attempts are enough, and sometimes not. */
  private strikes(behaviour: "throttling" | "server-errors", operation: string, share: number): boolean {
    if (!this.on.has(behaviour)) return false;
    const { dice } = this.on;
    const key = `${behaviour} ${operation}`;
    let left = this.bursts.get(key) ?? 0;
    if (left === 0 && dice.next(behaviour, operation) < share) {
      left = dice.next("long burst", key) < longBurstShare ? longBurst : 2 + Math.round(dice.next("burst", key));
    } else if (left === 0) return false;
    // What ends a burst is a call that passes, so that two of them never make one that is longer than any.
    this.bursts.set(key, left - 1);
    return left > 1;
  }

  /** One zone, the same for the whole life of a seed. */
  private full({ operation, input }: Call): Refusal | undefined {
    if (operation !== "RunInstances" || !this.on.has("no-capacity")) return undefined;
    const { dice } = this.on;
    if (dice.at("no-capacity") >= fullZoneShare) return undefined;
    const { SubnetId, NetworkInterfaces, InstanceType } = input as RunInput;
    const subnets = this.world().ec2.data.subnets;
    const subnet = subnets[SubnetId ?? NetworkInterfaces?.[0]?.SubnetId ?? ""];
    const zones = [...new Set(Object.values(subnets).map(({ availabilityZone }) => availabilityZone))].toSorted();
    const full = zones[Math.floor(dice.at("full zone") * zones.length)];
    if (!subnet || zones.length < 2 || subnet.availabilityZone !== full) return undefined;
    const message = `We currently do not have sufficient ${InstanceType} capacity in the Availability Zone you requested (${full}). Our system will be working on provisioning additional capacity.`;
    return { behaviour: "no-capacity", error: new AwsError("InsufficientInstanceCapacity", message, 500) };
  }
}

interface RunInput {
  readonly SubnetId?: string;
  readonly InstanceType?: string;
  readonly NetworkInterfaces?: readonly { readonly SubnetId?: string }[];
}

/** Every service has its own word for it. */
function throttleSpelling(service: string, protocol: Call["protocol"]): readonly [string, number] {
  if (service === "s3") return ["SlowDown", 503];
  if (protocol === "ec2Query") return ["RequestLimitExceeded", 503];
  return protocol === "awsJson1_1" ? ["ThrottlingException", 400] : ["Throttling", 400];
}
