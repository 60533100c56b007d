import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { restoreLeftovers } from "../../../src/engine/undo.ts";
import { backup } from "../../../src/steps/backup.ts";
import { chooseBackup, newestManifest, readManifest, rowsOf } from "../../../src/steps/backup/manifest.ts";
import { backupPolicyName, hostRestorePolicy, restorePolicyName } from "../../../src/steps/backup/policies.ts";
import { restoreInto, rowsNow } from "../../../src/steps/backup/restore.ts";
import { backups, dayMs, failed, roleName, send, startScene } from "../../support/backup-scene.ts";
import { bucket, region } from "../../support/stage.ts";

test("restores rows and pictures as they were, also ones that were deleted since, and takes the right back", async () => {
  const { stage, host, context, upload } = await startScene();
  await backup.apply(context());
  const first = await newestManifest(stage.ports.objectStorage, backups);
  if (!first) throw new Error("no backup");
  const before = structuredClone(host.rows);
  // A day on: one picture is deleted, one is another, rows differ; a second backup knows only that.
  await send(stage, new DeleteObjectCommand({ Bucket: bucket, Key: "picture-1" }));
  await upload("picture-2", "changed");
  host.rows = { fruits: [{ id: 9, name: "fig" }], empty: [] };
  context(dayMs + 60_000);
  await host.shell.run("i-1", { name: "take-backup", text: "", timeoutMs: 1 });
  const ctx = context();
  expect(rowsOf({ tables: await rowsNow(ctx) })).toBe(1);

  const checks = await restoreInto(ctx, { bucket: backups, manifest: first, overwrite: true });
  expect(failed(checks)).toEqual([]);
  expect(checks.map(({ name }) => name)).toEqual(["restored-rows", "restored-objects", "restored-page"]);
  expect(host.rows).toEqual(before);
  const picture = await stage.ports.objectStorage.getObject(bucket, "picture-1");
  expect(Buffer.from(picture ?? []).toString()).toBe("one");
  expect(await stage.ports.identity.findInlinePolicy(roleName, restorePolicyName)).toBeUndefined();
});

test("says so when what was restored is not what was backed up", async () => {
  const { stage, host, context } = await startScene();
  await backup.apply(context());
  const manifest = await newestManifest(stage.ports.objectStorage, backups);
  if (!manifest) throw new Error("no backup");
  const ctx = context();
  const run = host.shell.run.bind(host.shell);
  const careless = {
    ...host.shell,
    async run(...args: Parameters<typeof run>) {
      const result = await run(...args);
      if (args[1].name === "restore-backup") {
        host.rows = { ...host.rows, fruits: (host.rows["fruits"] ?? []).slice(1) };
        await send(stage, new DeleteObjectCommand({ Bucket: bucket, Key: "picture-2" }));
      }
      return result;
    },
  };
  const checks = await restoreInto(
    { ...ctx, ports: { ...ctx.ports, shell: careless } },
    { bucket: backups, manifest, overwrite: true },
  );
  expect(failed(checks)).toEqual(["restored-rows", "restored-objects"]);
});

test("a restore that fails leaves no right behind", async () => {
  const { stage, host, context } = await startScene();
  await backup.apply(context());
  const manifest = await newestManifest(stage.ports.objectStorage, backups);
  if (!manifest) throw new Error("no backup");
  const ctx = context();
  const run = host.shell.run.bind(host.shell);
  const failing = {
    ...host.shell,
    run: async (...args: Parameters<typeof run>) =>
      args[1].name === "restore-backup"
        ? { instanceId: "i-1", commandId: "c", durationMs: 1, exitCode: 1, stdout: "", stderr: "the tables differ" }
        : run(...args),
  };
  const restoring = restoreInto(
    { ...ctx, ports: { ...ctx.ports, shell: failing } },
    { bucket: backups, manifest, overwrite: true },
  );
  await expect(restoring).rejects.toMatchObject({ code: "REMOTE_COMMAND_FAILED" });
  expect(await stage.ports.identity.findInlinePolicy(roleName, restorePolicyName)).toBeUndefined();
});

test("the right that a restore was lent is taken back by the next command when the restore was killed", async () => {
  const { stage, context } = await startScene();
  await backup.apply(context());
  const session = stage.openSession();
  const action = { kind: "role-policy-lent" as const, roleName, policyName: restorePolicyName };
  session.store.state.undo = [{ step: "backup", since: session.clock.now().toISOString(), action }];
  await stage.ports.identity.putInlinePolicy(roleName, restorePolicyName, hostRestorePolicy(backups, region));
  await restoreLeftovers(session);
  session.close();
  expect(session.store.state.undo).toBeUndefined();
  expect(await stage.ports.identity.findInlinePolicy(roleName, restorePolicyName)).toBeUndefined();
  expect(await stage.ports.identity.findInlinePolicy(roleName, backupPolicyName)).toBeDefined();
});

test("chooses the last backup until a time", () => {
  const ids = ["2026-01-03T04-00-00Z", "2026-01-02T04-00-00Z", "2026-01-01T04-00-00Z"];
  expect(chooseBackup(ids, "latest")).toBe(ids[0]);
  expect(chooseBackup(ids, "2026-01-02T04:00:00Z")).toBe(ids[1]);
  expect(chooseBackup(ids, "2026-01-02T03:59:59Z")).toBe(ids[2]);
  expect(chooseBackup(ids, "2025-12-31T23:59:59Z")).toBeUndefined();
  expect(chooseBackup([], "latest")).toBeUndefined();
});

test("reads a manifest that is gone as none", async () => {
  const { stage } = await startScene();
  expect(await readManifest(stage.ports.objectStorage, bucket, "2026-01-01T04-00-00Z")).toBeUndefined();
});
