import { kinds } from "../ec2/find.ts";
import { listenerNotFound, loadBalancerNotFound, targetGroupNotFound } from "../elbv2/errors.ts";
import { noSuchEntity } from "../iam/entities.ts";
import { noSuchBucket } from "../s3/errors.ts";
import type { AwsError } from "../wire/action.ts";
import type { Call } from "../wire/manners.ts";
import { isMutating } from "../wire/request-log.ts";
import type { Behaviours } from "./behaviours.ts";

/** A kind of resource that other parts of AWS hear of only after a while. */
interface Young {
  /** Where its id stands in the answer (or request) that makes it. */
  readonly ids: (output: Output, input: Output) => readonly (string | undefined)[];
  readonly notFound: (id: string) => AwsError;
  /** The lists in which it appears, and the member that names it there. */
  readonly lists: Readonly<Record<string, string>>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- the outputs of these operations, read by their documented names
type Output = any;

const kindsOf: Readonly<Record<string, Young>> = {
  CreateVpc: { ids: (it) => [it.Vpc?.VpcId], notFound: kinds.vpc.notFound, lists: { Vpcs: "VpcId" } },
  CreateSubnet: {
    ids: (it) => [it.Subnet?.SubnetId],
    notFound: kinds.subnet.notFound,
    lists: { Subnets: "SubnetId" },
  },
  CreateInternetGateway: {
    ids: (it) => [it.InternetGateway?.InternetGatewayId],
    notFound: kinds.internetGateway.notFound,
    lists: { InternetGateways: "InternetGatewayId" },
  },
  CreateRouteTable: {
    ids: (it) => [it.RouteTable?.RouteTableId],
    notFound: kinds.routeTable.notFound,
    lists: { RouteTables: "RouteTableId" },
  },
  CreateSecurityGroup: {
    ids: (it) => [it.GroupId],
    notFound: kinds.securityGroup.notFound,
    lists: { SecurityGroups: "GroupId" },
  },
  RunInstances: {
    ids: (it) => it.Instances?.map(({ InstanceId }: Output) => InstanceId) ?? [],
    notFound: kinds.instance.notFound,
    lists: { Instances: "InstanceId" },
  },
  CreateRole: { ids: (it) => [it.Role?.RoleName], notFound: unknownEntity("role"), lists: { Roles: "RoleName" } },
  CreateInstanceProfile: {
    ids: (it) => [it.InstanceProfile?.InstanceProfileName],
    notFound: unknownEntity("instance profile"),
    lists: { InstanceProfiles: "InstanceProfileName" },
  },
  CreateLoadBalancer: {
    ids: (it) => [it.LoadBalancers?.[0]?.LoadBalancerArn],
    notFound: () => loadBalancerNotFound(),
    lists: { LoadBalancers: "LoadBalancerArn" },
  },
  CreateTargetGroup: {
    ids: (it) => [it.TargetGroups?.[0]?.TargetGroupArn],
    notFound: () => targetGroupNotFound(),
    lists: { TargetGroups: "TargetGroupArn" },
  },
  CreateListener: {
    ids: (it) => [it.Listeners?.[0]?.ListenerArn],
    notFound: () => listenerNotFound(),
    lists: { Listeners: "ListenerArn" },
  },
  CreateImage: { ids: (it) => [it.ImageId], notFound: kinds.image.notFound, lists: { Images: "ImageId" } },
  CreateLaunchTemplate: {
    ids: (it) => [it.LaunchTemplate?.LaunchTemplateId],
    notFound: kinds.launchTemplate.notFound,
    lists: { LaunchTemplates: "LaunchTemplateId" },
  },
  CreateBucket: { ids: (_, input) => [input.Bucket], notFound: noSuchBucket, lists: { Buckets: "Name" } },
};

function unknownEntity(what: string): (name: string) => AwsError {
  return (name) => noSuchEntity(`The ${what} with name ${name} cannot be found.`);
}

/** So many of the calls that change something reach a part of AWS that has not heard yet of what they name. */
const lateWritesShare = 0.3;

/** What was just made is unknown to some calls for a while, and missing in lists. */
export class Eventual {
  private readonly young = new Map<string, { readonly kind: Young; readonly knownFrom: number }>();

  constructor(private readonly on: Behaviours) {}

  /** What a call is answered that names something too young; undefined when all is known. */
  refusal(call: Call): AwsError | undefined {
    for (const id of wordsIn(call.input)) {
      const kind = this.unknown(id);
      if (!kind) continue;
      if (isMutating(call.operation) && this.on.dice.next("late write", call.operation) >= lateWritesShare) continue;
      return kind.notFound(id);
    }
    return undefined;
  }

  /** Notes what was made; takes what is too young out of lists. The second is whether something is missing. */
  show(call: Call, output: object): { readonly output: object; readonly isChanged: boolean } {
    const made = kindsOf[call.operation];
    if (made) {
      for (const id of made.ids(output, call.input)) {
        // The same one again, for a repeated token or name, is no younger for that.
        if (id !== undefined && !this.young.has(id))
          this.young.set(id, {
            kind: made,
            knownFrom: this.on.time.now() + this.on.timeFor("eventual-reads", call.operation),
          });
      }
      return { output, isChanged: false };
    }
    if (isMutating(call.operation)) return { output, isChanged: false };
    let isChanged = false;
    const shown = withoutItems(output, (list, item) => {
      const isYoung = this.hides(list, item);
      isChanged ||= isYoung;
      return isYoung;
    });
    return { output: shown, isChanged };
  }

  private hides(list: string, item: Output): boolean {
    for (const [id, { kind }] of this.young) {
      const member = kind.lists[list];
      if (member !== undefined && item?.[member] === id && this.unknown(id)) return true;
    }
    return false;
  }

  private unknown(id: string): Young | undefined {
    const found = this.young.get(id);
    return found && found.knownFrom > this.on.time.now() ? found.kind : undefined;
  }
}

/** Every text in a request that may be an id. */
function* wordsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* wordsIn(item);
  else if (isPlain(value)) for (const item of Object.values(value)) yield* wordsIn(item);
}

function withoutItems(value: unknown, isHidden: (list: string, item: unknown) => boolean, name = ""): Output {
  if (Array.isArray(value)) {
    const kept = value.filter((item) => !isHidden(name, item)).map((item) => withoutItems(item, isHidden));
    return kept;
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutItems(item, isHidden, key)]);
  return Object.fromEntries(entries) as object;
}

/** Not a stream, a date or bytes. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
