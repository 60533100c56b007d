import { PutObjectCommand } from "@aws-sdk/client-s3";
import { sandboxAccount } from "../../src/sandbox/world.ts";
import { backup } from "../../src/steps/backup.ts";
import { backupBucketNameFor } from "../../src/steps/s3/bucket-name.ts";
import type { Check, StepContext } from "../../src/steps/step.ts";
import { createBackupHost, type BackupHost } from "./backup-host.ts";
import { make } from "./stack-parts.ts";
import { bucket, region, stack, startStage, type Stage } from "./stage.ts";

export const backups = backupBucketNameFor({ stack, region, account: sandboxAccount });
export const roleName = `${stack}-host`;
export const dayMs = 86_400_000;

export interface Scene {
  readonly stage: Stage;
  readonly host: BackupHost;
  /** As the next run would see it; `laterMs`: how much later that is. */
  readonly context: (laterMs?: number) => StepContext;
  readonly upload: (key: string, body: string) => Promise<void>;
}

/** A host, a role and a bucket with two pictures and a log; the page is always well. */
export async function startScene(): Promise<Scene> {
  const stage = await startStage();
  const { instance: instanceId = "" } = await make(stage, ["instance", "role-policy", "bucket", "bucket-settings"]);
  let laterMs = 0;
  const now = (): Date => new Date(Date.now() + laterMs);
  const host = createBackupHost({ stage, pictures: bucket, bucket: backups, roleName, now, instanceId });
  host.rows = {
    fruits: [
      { id: 1, name: "りんご\u2028" },
      { id: 2, name: "pear" },
    ],
    empty: [],
  };
  const upload = async (Key: string, Body: string): Promise<void> =>
    void (await (await stage.clients.s3()).send(new PutObjectCommand({ Bucket: bucket, Key, Body })));
  await upload("picture-1", "one");
  await upload("picture-2", "two");
  await upload("logs/puma.log", "started");
  // S3's times are of whole seconds, and what is younger than a backup need not be in it.
  laterMs += 3000;
  return {
    stage,
    host,
    upload,
    context(more = 0) {
      laterMs += more;
      const session = stage.openSession();
      const hosts = [{ instanceId, availabilityZone: `${region}a`, privateIp: "10.5.1.10" }];
      session.recordOf("ec2").output = { ...ec2Facts, hosts };
      session.recordOf("s3").output = { bucket };
      session.recordOf("alb").output = albFacts;
      const ctx = session.contextFor(backup);
      session.close();
      const http = {
        ...ctx.ports.http,
        request: async () => ({ kind: "answer" as const, status: 200, headers: {}, body: Buffer.alloc(0) }),
      };
      return { ...ctx, clock: { ...ctx.clock, now }, ports: { ...ctx.ports, shell: host.shell, http } };
    },
  };
}

const ec2Facts = {
  vpcId: "vpc-1",
  publicSubnetIds: [],
  loadBalancerGroupId: "sg-1",
  hostGroupId: "sg-2",
  roleName,
  profileName: roleName,
};
const albFacts = {
  url: "http://load-balancer.test",
  dnsName: "load-balancer.test",
  interfaceDescription: "x",
  loadBalancerArn: "arn:lb",
  targetGroupArn: "arn:tg",
};

export const failed = (checks: readonly Check[]): string[] => checks.filter(({ ok }) => !ok).map(({ name }) => name);

export const send = async (stage: Stage, command: object): Promise<unknown> =>
  (await stage.clients.s3()).send(command as PutObjectCommand);
