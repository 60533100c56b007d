import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { backendName } from "../elbv2/model.ts";
import { listenersOf, rulesOf, type LoadBalancerRecord } from "../elbv2/store.ts";
import { letsIn, putAsService } from "../s3/service-put.ts";
import type { World } from "../world.ts";
import { albLine, readRecord, type LogSubject, type RequestRecord } from "./alb-line.ts";

export const deliveryService = "logdelivery.elasticloadbalancing.amazonaws.com";

export interface AlbLogTarget {
  readonly bucket: string;
  /** "" or "PREFIX/". */
  readonly prefix: string;
}

/** Where a load balancer's access logs go; undefined while they are off. */
export function logTargetOf({ attributes }: Pick<LoadBalancerRecord, "attributes">): AlbLogTarget | undefined {
  if (attributes["access_logs.s3.enabled"] !== "true") return undefined;
  const prefix = attributes["access_logs.s3.prefix"] ?? "";
  return { bucket: attributes["access_logs.s3.bucket"] ?? "", prefix: prefix && `${prefix}/` };
}

const region = (arn: string): string => arn.split(":")[3] ?? "";

/** What ELB writes when logs are switched on, which shows at once whether it may. */
export async function writeTestFile(world: World, { arn }: LoadBalancerRecord, target: AlbLogTarget): Promise<boolean> {
  const bytes = Buffer.from(
    `Enable AccessLog for ELB: ${arn.split(":loadbalancer/")[1] ?? ""} at ${world.now().toISOString()}`,
  );
  const key = `${target.prefix}AWSLogs/${world.account}/ELBAccessLogTestFile`;
  const encryption = world.s3.find(target.bucket)?.config.encryption ?? [];
  // ELB encrypts with S3's own keys only.
  if (encryption.some((rule) => rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm !== "AES256")) return false;
  const object = {
    bucket: target.bucket,
    key,
    bytes,
    contentType: "text/plain",
    service: deliveryService,
    sourceArn: arn,
  };
  return putAsService(world, object);
}

/** Brings what HAProxy has logged since the last time into the bucket, as one file for the load balancer's first node. */
export class AlbDelivery {
  /** How far each load balancer's log was read: the engine's time stamp. */
  private readonly readUpTo = new Map<string, string>();

  constructor(
    private readonly world: World,
    private readonly startedAt: Date,
  ) {}

  async deliver(): Promise<void> {
    for (const record of Object.values(this.world.elbv2.data.loadBalancers)) {
      const target = logTargetOf(record);
      if (target) await this.deliverOf(record, target);
      // What came while they were off is nobody's.
      else this.readUpTo.set(record.arn, this.world.now().toISOString());
    }
  }

  private async deliverOf(record: LoadBalancerRecord, target: AlbLogTarget): Promise<void> {
    const { arn, id } = record;
    const since = this.readUpTo.get(arn) ?? this.startedAt.toISOString();
    const lines = (await this.world.runtime.loadBalancerLog(id, new Date(since))).filter(({ time }) => time > since);
    const last = lines.at(-1);
    if (!last) return;
    this.readUpTo.set(arn, last.time);
    const written = lines.flatMap(({ text }) => {
      const request = readRecord(text);
      return request ? [`${albLine(request, subjectOf(this.world, record, request))}\n`] : [];
    });
    if (written.length === 0) return;
    const key = keyOf(this.world, record, target);
    const object = { bucket: target.bucket, key, service: deliveryService, sourceArn: arn };
    // Best effort, as on AWS: what may not be delivered is lost.
    if (!letsIn(this.world, object)) return;
    const bytes = gzipSync(written.join(""));
    await putAsService(this.world, { ...object, bytes, contentType: "application/octet-stream" });
  }
}

/** PREFIX/AWSLogs/ACCOUNT/elasticloadbalancing/REGION/yyyy/mm/dd/ACCOUNT_elasticloadbalancing_REGION_ID_END_IP_RANDOM.log.gz */
function keyOf({ account, now }: World, { arn, id, zones }: LoadBalancerRecord, { prefix }: AlbLogTarget): string {
  const end = now().toISOString();
  const day = end.slice(0, 10).replaceAll("-", "/");
  const stamp = `${end.slice(0, 16).replaceAll(/[-:]/g, "")}Z`;
  const name = [
    account,
    "elasticloadbalancing",
    region(arn),
    id.replaceAll("/", "."),
    stamp,
    zones[0]?.privateIp ?? "",
    randomBytes(4).toString("hex"),
  ].join("_");
  return `${prefix}AWSLogs/${account}/elasticloadbalancing/${region(arn)}/${day}/${name}.log.gz`;
}

function subjectOf({ elbv2 }: World, { arn, id }: LoadBalancerRecord, request: RequestRecord): LogSubject {
  const targetGroupArn = Object.keys(elbv2.data.targetGroups).find((it) => backendName(it) === request.group);
  const listener = listenersOf(elbv2, arn).find(({ port }) => String(port) === request.port);
  const rules = listener ? rulesOf(elbv2, listener.arn) : [];
  const isChosen = /^\d+$/.test(request.rule);
  const rule = isChosen ? rules[Number(request.rule)] : undefined;
  const action = isChosen ? (rule ? rule.actions : listener?.defaultActions)?.[0]?.Type : undefined;
  return {
    loadBalancerId: id,
    targetGroupArn,
    rulePriority: isChosen ? String(rule?.priority ?? 0) : undefined,
    action,
  };
}
