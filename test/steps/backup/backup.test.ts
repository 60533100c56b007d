import {
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { backup } from "../../../src/steps/backup.ts";
import { breakBackup } from "../../../src/steps/backup/break.ts";
import { backupIds, newestManifest } from "../../../src/steps/backup/manifest.ts";
import { backupPolicyName, hostBackupPolicy } from "../../../src/steps/backup/policies.ts";
import type { Check, StepContext } from "../../../src/steps/step.ts";
import { backups, dayMs, failed, roleName, send, startScene, type Scene } from "../../support/backup-scene.ts";
import { holdings, region, type Stage } from "../../support/stage.ts";

const options = { keepBucket: false, deleteData: false };
const plan = async (ctx: StepContext): Promise<string[]> =>
  (await backup.plan(ctx)).map(({ action, subject }) => `${action} ${subject}`);
test("makes the bucket, takes a backup, proves it, and has nothing to do then", async () => {
  const { host, context } = await startScene();
  const ctx = context();
  expect(await plan(ctx)).toEqual([
    `create s3:bucket ${backups}`,
    "update iam:role host",
    "run install-backup on host-1",
    "create ec2:image host",
  ]);
  const output = await backup.apply(ctx);
  expect(output).toEqual({ bucket: backups });
  expect(host.ran).toEqual(["install-backup", "sync-disk", "take-backup"]);
  expect(await plan(context())).toEqual([]);
  const checks = await backup.verify(ctx, output);
  expect(checks.map(({ name }) => name)).toEqual([
    "backup-bucket",
    "backups-expire",
    "backup-right",
    "backup-timer",
    "backup-young",
    "backup-rows",
    "backup-objects",
    "backup-inventory",
    "backup-image",
  ]);
  expect(failed(checks)).toEqual([]);
  expect(checks.find(({ name }) => name === "backup-objects")?.observed).toBe("2 of 2");
  expect(await backup.adopt(ctx)).toEqual(output);
  // A second run takes no second one.
  await backup.apply(context());
  expect(host.ran.filter((name) => name === "take-backup")).toHaveLength(1);
});

const only = async (stage: Stage, prefix: string): Promise<string> =>
  (await stage.ports.objectStorage.listObjects(backups, prefix))[0]?.key ?? "";
const spoil = async (stage: Stage, prefix: string, Body: string): Promise<unknown> =>
  send(stage, new PutObjectCommand({ Bucket: backups, Key: await only(stage, prefix), Body }));

test.each<[string, (scene: Scene) => Promise<unknown>, string[]]>([
  [
    "the bucket keeps no versions",
    async ({ stage }) =>
      send(
        stage,
        new PutBucketVersioningCommand({ Bucket: backups, VersioningConfiguration: { Status: "Suspended" } }),
      ),
    ["backup-bucket"],
  ],
  [
    "the bucket may be opened to everybody",
    async ({ stage }) => send(stage, new DeletePublicAccessBlockCommand({ Bucket: backups })),
    ["backup-bucket"],
  ],
  [
    "backups are kept for a day only",
    async ({ stage }) =>
      send(
        stage,
        new PutBucketLifecycleConfigurationCommand({
          Bucket: backups,
          LifecycleConfiguration: {
            Rules: [{ Status: "Enabled", Filter: { Prefix: "manifests/" }, Expiration: { Days: 1 } }],
          },
        }),
      ),
    ["backups-expire"],
  ],
  [
    "the hosts may do all with the backups",
    async ({ stage }) => {
      const Statement = [{ Effect: "Allow", Action: "s3:*", Resource: `arn:aws:s3:::${backups}/*` }];
      await stage.ports.identity.putInlinePolicy(roleName, backupPolicyName, { Version: "2012-10-17", Statement });
    },
    ["backup-right"],
  ],
  ["the timer is stopped", async ({ host }) => (host.timer = "inactive"), ["backup-timer"]],
  ["no backup came for two days", async ({ context }) => context(2 * dayMs), ["backup-young"]],
  [
    "there is no manifest",
    async ({ stage }) =>
      send(stage, new DeleteObjectCommand({ Bucket: backups, Key: await only(stage, "manifests/") })),
    ["backup-young"],
  ],
  ["the dump is another file", async ({ stage }) => spoil(stage, "rows/", "nothing"), ["backup-rows"]],
  [
    "the dump is gone",
    async ({ stage }) => send(stage, new DeleteObjectCommand({ Bucket: backups, Key: await only(stage, "rows/") })),
    ["backup-rows"],
  ],
  [
    "the inventory is gone",
    async ({ stage }) =>
      send(stage, new DeleteObjectCommand({ Bucket: backups, Key: await only(stage, "inventory/") })),
    ["backup-objects", "backup-inventory"],
  ],
  [
    "a copy's version is gone",
    async ({ stage }) => {
      const { Versions = [] } = await (
        await stage.clients.s3()
      ).send(new ListObjectVersionsCommand({ Bucket: backups, Prefix: "objects/picture-1" }));
      const VersionId = Versions[0]?.VersionId;
      return send(stage, new DeleteObjectCommand({ Bucket: backups, Key: "objects/picture-1", VersionId }));
    },
    ["backup-objects"],
  ],
])("notices that %s", async (_what, breakIt, names) => {
  const scene = await startScene();
  const output = await backup.apply(scene.context());
  await breakIt(scene);
  const ctx = scene.context();
  expect(failed(await backup.verify(ctx, output))).toEqual(names);
  // Whatever it was: carried out again it is well.
  scene.host.timer = "active";
  await scene.stage.ports.objectStorage.enableVersioning(backups);
  await scene.stage.ports.objectStorage.blockPublicAccess(backups);
  await backup.apply(scene.context(1000));
  expect(failed(await backup.verify(scene.context(), output))).toEqual([]);
});

test("notices a picture of before that the backup has not", async () => {
  const { stage, host, context, upload } = await startScene();
  const ctx = context();
  const output = await backup.apply(ctx);
  // As if a host had left it out: the backup says to be of a time when the picture was there already.
  await upload("picture-3", "three");
  context(dayMs);
  await host.shell.run("i-1", { name: "take-backup", text: "", timeoutMs: 1 });
  const newest = await newestManifest(stage.ports.objectStorage, backups);
  expect(newest?.objects.count).toBe(3);
  expect(failed(await backup.verify(context(), output))).toEqual([]);
  await upload("picture-3", "another one");
  expect(failed(await backup.verify(context(), output))).toEqual(["backup-inventory"]);
});

test("counts no backup that has no manifest", async () => {
  const { stage, host, context } = await startScene();
  host.beforeManifest = () => {
    throw new Error("killed");
  };
  await expect(backup.apply(context())).rejects.toThrow("killed");
  expect(await stage.ports.objectStorage.listObjects(backups, "rows/")).toHaveLength(1);
  expect(await backupIds(stage.ports.objectStorage, backups)).toEqual([]);
  host.beforeManifest = () => {};
  const output = await backup.apply(context(1000));
  expect(failed(await backup.verify(context(), output))).toEqual([]);
});

test("refuses a manifest that is not one", async () => {
  const { stage, context } = await startScene();
  await backup.apply(context());
  await spoil(stage, "manifests/", '{"schemaVersion":1}');
  await expect(backup.verify(context(), { bucket: backups })).rejects.toMatchObject({ code: "BACKUP_UNUSABLE" });
});

test("sees S3 refuse a host without the right, and let it in with it", async () => {
  const { stage, context } = await startScene();
  const ctx = context();
  await backup.apply(ctx);
  const told: Check[] = [];
  await breakBackup(ctx, { bucket: backups }, (...checks) => void told.push(...checks));
  expect(told.map(({ name, observed, ok }) => [name, observed, ok])).toEqual([
    ["backup-denied", "AccessDenied", true],
    ["backup-well-again", "allowed", true],
  ]);
  const policy = await stage.ports.identity.findInlinePolicy(roleName, backupPolicyName);
  expect(policy).toEqual(hostBackupPolicy(backups, region));
});

test("stays when the stack goes, and goes when it is told to", async () => {
  const { stage, context } = await startScene();
  const before = holdings(stage);
  await backup.apply(context());
  const kept = await backup.destroy(context(), options);
  expect(kept).toMatchObject({
    deleted: [{ type: "ec2:image" }, { type: "ec2:snapshot" }],
    leftovers: [],
    kept: [{ type: "s3:bucket", id: backups, objects: 5, backups: true }],
  });
  // The hosts write no more, and nothing expires any more.
  expect(await stage.ports.identity.findInlinePolicy(roleName, backupPolicyName)).toBeUndefined();
  const rules = await stage.ports.objectStorage.findExpiryRules(backups);
  expect(rules).toEqual({ currentDays: {}, noncurrentDays: undefined });
  expect(await newestManifest(stage.ports.objectStorage, backups)).toBeDefined();

  const gone = await backup.destroy(context(), { ...options, deleteBackups: true });
  expect(gone.deleted).toEqual([{ type: "s3:bucket", id: backups }]);
  expect(holdings(stage)).toEqual(before);
  expect(await backup.destroy(context(), options)).toMatchObject({ deleted: [], leftovers: [] });
});

test("goes on with what an earlier stack left, and takes a backup of its own", async () => {
  const { stage, host, context } = await startScene();
  const own = host.instanceId;
  host.instanceId = "i-of-then";
  await backup.apply(context());
  await backup.destroy(context(), options);
  host.instanceId = own;
  expect(await plan(context())).toEqual([
    `update s3:bucket ${backups}`,
    "update iam:role host",
    "create ec2:image host",
  ]);
  const output = await backup.apply(context(60_000));
  expect(failed(await backup.verify(context(), output))).toEqual([]);
  expect(host.ran.filter((name) => name === "take-backup")).toHaveLength(2);
  expect(await backupIds(stage.ports.objectStorage, backups)).toHaveLength(2);
});

test("deletes no file of somebody else's beside the backups", async () => {
  const { stage, context } = await startScene();
  await backup.apply(context());
  await send(stage, new PutObjectCommand({ Bucket: backups, Key: "thesis.txt", Body: "x" }));
  const refused = await backup.destroy(context(), { ...options, deleteBackups: true });
  expect(refused.leftovers).toMatchObject([{ type: "s3:bucket", id: backups }]);
  const gone = await backup.destroy(context(), { ...options, deleteBackups: true, deleteData: true });
  expect(gone.leftovers).toEqual([]);
});
