import { createHash } from "node:crypto";
import {
  DeregisterImageCommand,
  DescribeInstancesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createHttp } from "../../../src/aws/http.ts";
import { PageClient } from "../../../src/steps/s3/page-client.ts";
import { randomPng } from "../../../src/steps/s3/test-image.ts";
import { clientsOf } from "../../support/sandbox-access.ts";
import { toEc2 } from "../../support/stack-aws.ts";
import { until } from "../../support/stack.ts";
import { applicationAtLast } from "./deploys.ts";
import type { LargeStack } from "./large-stack.ts";
import { elasticIps } from "./nlb.ts";

interface Listed {
  readonly id: string;
  readonly rows: number;
  readonly objects: number;
  readonly bucket: string;
}

interface ListedImage {
  readonly id: string;
  readonly state: string;
  readonly encrypted: boolean;
  readonly snapshots: readonly string[];
}

const listed = async ({ tool }: LargeStack): Promise<object[]> =>
  (await tool.ok("backup", "--json"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as object);

const ofType = async <Line>(large: LargeStack, type: string): Promise<Line[]> =>
  (await listed(large)).filter((line): line is Line & object => (line as { type: string }).type === type);

const backupsOf = (large: LargeStack) => ofType<Listed>(large, "backup");
const imagesOf = (large: LargeStack) => ofType<ListedImage>(large, "image");

const namesOn = (html: string): string[] => [...html.matchAll(/<h2><a[^>]*>([^<]+)</g)].map(([, name = ""]) => name);

/** Names on the page, as a visitor sees them, and a hash of each picture beside them. */
async function pageOf({ status }: LargeStack): Promise<{ names: string[]; pictures: string[] }> {
  const { url } = await status();
  const html = await (await fetch(`${url}/`)).text();
  const names = namesOn(html);
  const pictures: string[] = [];
  for (const [, path = ""] of html.matchAll(/<img [^>]*src="([^"]+)"/g)) {
    const picture = await fetch(new URL(path, url));
    const bytes = Buffer.from(await picture.arrayBuffer());
    pictures.push(`${picture.status} ${createHash("sha256").update(bytes).digest("hex")}`);
  }
  return { names, pictures };
}

const asApp = `cd /opt/lecture05/current && set -a && for file in /etc/lecture05/env.d/*.env; do . "$file"; done; set +a; HOME=/var/lib/lecture05/home runuser -u app --`;

/** Of the stack as it stood, for the part that comes after its end. */
let before: Awaited<ReturnType<typeof pageOf>> | undefined;
let kept: Listed | undefined;

/** Backups of what the stack holds by now, whatever its database and its number of hosts. */
export function backup(large: () => LargeStack): void {
  describe("backups", () => {
    it("are there once the step is done, and the step holds, also without its right for a moment", async () => {
      const { tool, failing, status } = large();
      const page = new PageClient(createHttp(), (await status()).url);
      const made = await page.submit("/fruits/new", "/fruits", {
        "fruit[name]": "りんご & co",
        "fruit[description]": "",
        "fruit[picture]": { fileName: "apple.png", contentType: "image/png", bytes: Buffer.from(randomPng()) },
      });
      expect(made.status).toBe(303);
      await tool.ok("up", "--to", "backup");
      expect(await failing("backup", "--break")).toEqual([]);
      expect(await backupsOf(large())).toHaveLength(1);
      // The group's own image was of the hosts before they had a timer.
      expect(await imagesOf(large())).toMatchObject([{ state: "available", encrypted: true }]);
    });

    it("are watched: a timer that is stopped on one host is named", async () => {
      const { hostIds, inHost, failing } = large();
      const [id = ""] = await hostIds();
      await inHost(id, "systemctl stop lecture05-backup.timer");
      expect(await failing("backup")).toEqual(["backup-timer"]);
      await inHost(id, "systemctl start lecture05-backup.timer");
      expect(await failing("backup")).toEqual([]);
    });

    it("are taken by one host at a time, and by another one when that is gone", async () => {
      const { tool } = large();
      const [{ bucket: Bucket } = { bucket: "" }] = await backupsOf(large());
      const s3 = await (await clientsOf(tool)).s3();
      const lease = async (until: Date): Promise<unknown> =>
        s3.send(new PutObjectCommand({ Bucket, Key: "lease", Body: JSON.stringify({ host: "i-other", until }) }));
      await lease(new Date(Date.now() + 600_000));
      const refused = await tool.cli("backup", "now");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain("another host is making a backup just now");
      await lease(new Date(Date.now() - 1000));
      await tool.ok("backup", "now");
      expect(await backupsOf(large())).toHaveLength(2);
    });

    it("bring back what was deleted, rows and pictures, after a question only", async () => {
      const { tool, hostIds } = large();
      const [id = ""] = await hostIds();
      before = await pageOf(large());
      expect(before.names.length).toBeGreaterThanOrEqual(4);
      expect(before.pictures).toEqual([expect.stringMatching(/^200 /)]);
      [kept] = await backupsOf(large());
      // Through SSM, whose agent knows the way to S3.
      const all = `${asApp} bundle exec rails runner 'Fruit.where.not(id: Fruit.first.id).destroy_all'`;
      await tool.ok("exec", "--instance", id, "--", all);
      expect(await pageOf(large())).toMatchObject({ names: [expect.anything()], pictures: [] });
      // A backup that knows only what is left: the copies of the others are marked as deleted, and still there.
      await tool.ok("backup", "now");
      expect((await backupsOf(large()))[0]?.objects).toBeLessThan(kept?.objects ?? 0);
      const from = ["restore", "--from", kept?.id ?? ""];
      const declined = await tool.cli(...from);
      expect([declined.code, declined.stderr]).toEqual([1, expect.stringContaining("DECLINED")]);
      expect(await tool.ok(...from, "--yes")).toContain(`Restored: ${kept?.rows} rows`);
      expect(await pageOf(large())).toEqual(before);
    });
  });
}

/** After the stack was destroyed: a new one, of one host, SQLite and another load balancer, gets what the old one held. */
export function backupsOutlive(large: () => LargeStack): void {
  describe("backups of a stack that is gone", () => {
    it("are there, and in a new stack once they are restored", async () => {
      const { tool } = large();
      expect(await backupsOf(large())).toContainEqual(kept);
      // A backup fits the application that it is of.
      const app = applicationAtLast(large());
      await tool.ok("up", "--load-balancer", "nlb", "--to", "s3", ...(existsSync(app) ? ["--app", app] : []));
      expect((await pageOf(large())).names).toEqual([]);
      const events = (await tool.ok("restore", "--from", kept?.id ?? "", "--json")).split("\n").filter(Boolean);
      expect(JSON.parse(events.at(-1) ?? "{}")).toMatchObject({ type: "restore", id: kept?.id, ok: true });
      expect(await pageOf(large())).toEqual(before);
    });
  });
}

/** Of a stack of one host with SQLite: its image holds rows, too. */
export function imagesOfHosts(large: () => LargeStack): void {
  describe("the image of a host", () => {
    it("starts as another host that serves the same page", async () => {
      const { tool, hostIds, inHost, status, failing } = large();
      await tool.ok("up", "--to", "backup");
      const [image] = await imagesOf(large());
      const [own = ""] = await hostIds();
      const ec2 = await toEc2(large());
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [own] }));
      const [host] = Reservations.flatMap(({ Instances = [] }) => Instances);
      const { Instances = [] } = await ec2.send(
        new RunInstancesCommand({
          ImageId: image?.id,
          InstanceType: host?.InstanceType,
          MinCount: 1,
          MaxCount: 1,
          SubnetId: host?.SubnetId,
          SecurityGroupIds: host?.SecurityGroups?.map(({ GroupId = "" }) => GroupId),
          IamInstanceProfile: { Arn: host?.IamInstanceProfile?.Arn },
        }),
      );
      const [{ InstanceId: another = "" } = {}] = Instances;
      const name = new URL((await status()).url).host;
      const asked = `curl -sf -H 'Host: ${name}' http://127.0.0.1/`;
      await until("the other host serves", () => inHost(another, asked).then(Boolean, () => false));
      expect(namesOn(await inHost(another, asked))).toEqual(before?.names);
      const identities = await Promise.all([own, another].map((id) => inHost(id, "cat /etc/machine-id; hostname")));
      expect(new Set(identities).size).toBe(2);
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: [another] }));

      await (await toEc2(large())).send(new DeregisterImageCommand({ ImageId: image?.id }));
      expect(await failing("backup")).toEqual(["backup-image"]);
      await tool.ok("up");
      expect(await failing("backup")).toEqual([]);
    });
  });
}

/** Takes the new stack away, and the backups with it. */
export function backupsEnd(large: () => LargeStack): void {
  describe("backups of a stack that is gone", () => {
    it("go when they are told to, and then nothing is left", async () => {
      const { tool } = large();
      const clients = await clientsOf(tool);
      const s3 = await clients.s3();
      const Bucket = kept?.bucket;
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "manifests/" }));
      const manifest = await s3.send(new GetObjectCommand({ Bucket, Key: Contents[0]?.Key }));
      expect(manifest.ServerSideEncryption).toBe("AES256");
      expect(await tool.ok("destroy", "--yes", "--backups", "delete")).toContain("0 left");
      await tool.ok("sandbox", "start");
      const { Buckets = [] } = await (await (await clientsOf(tool)).s3()).send(new ListBucketsCommand({}));
      expect(Buckets).toEqual([]);
      expect(await elasticIps(large())).toEqual([]);
    });
  });
}
