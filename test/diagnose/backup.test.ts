import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { backupLines, collectBackup } from "../../src/diagnose/collect-backup.ts";
import { layers } from "../../src/diagnose/layers/index.ts";
import { walk } from "../../src/diagnose/walk.ts";
import { backup } from "../../src/steps/backup.ts";
import { backupPolicyName, readOnlyBackupPolicy } from "../../src/steps/backup/policies.ts";
import type { StepContext } from "../../src/steps/step.ts";
import { backups, roleName, send, startScene } from "../support/backup-scene.ts";
import { region } from "../support/stage.ts";
import { backupCases } from "./cases/backup.ts";

const verdictOf = (code: string, what: string) => {
  const found = backupCases.find((it) => it.code === code && it.what === what);
  if (!found) throw new Error(`no case ${code}: ${what}`);
  return walk(layers, found.facts);
};

const asked = (ctx: StepContext, role: string | undefined = roleName) =>
  collectBackup(ctx, (_what, call) => call(), role);

test("what AWS says of backups: bucket, the last one, the role's policy", async () => {
  const { stage, context } = await startScene();
  expect(await asked(context())).toMatchObject({ newestAt: "no bucket", rolePolicy: "no policy" });
  await backup.apply(context());
  const ctx = context();
  const now = ctx.clock.now().getTime();
  const { newestAt, ...rest } = await asked(ctx);
  expect(rest).toMatchObject({ bucketName: backups, rolePolicy: "right" });
  expect(Math.abs(now - Number(newestAt))).toBeLessThan(10_000);
  await stage.ports.identity.putInlinePolicy(roleName, backupPolicyName, readOnlyBackupPolicy(backups, region));
  const [manifest] = await stage.ports.objectStorage.listObjects(backups, "manifests/");
  await send(stage, new DeleteObjectCommand({ Bucket: backups, Key: manifest?.key }));
  expect(await asked(ctx)).toMatchObject({ newestAt: "no backup", rolePolicy: "another policy" });
  // Somebody else's role is not looked at.
  expect((await collectBackup(ctx, (_what, call) => call(), undefined)).rolePolicy).toBe("right");
});

test("what could not be asked is undefined", async () => {
  const { context } = await startScene();
  const facts = await collectBackup(context(), async () => undefined, roleName);
  expect([facts.newestAt, facts.rolePolicy]).toEqual([undefined, undefined]);
});

test("what a host says of them: systemd's lines, and S3's answer", async () => {
  const { stage, host, context } = await startScene();
  await backup.apply(context());
  const ctx = context();
  expect(await backupLines(ctx, host.instanceId)).toContain("backup.write allowed\n");
  expect(host.ran.slice(-2).toSorted()).toEqual(["diagnose-backup", "probe-backup-right"]);
  await stage.ports.identity.putInlinePolicy(roleName, backupPolicyName, readOnlyBackupPolicy(backups, region));
  expect(await backupLines(ctx, host.instanceId)).toContain("backup.write AccessDenied\n");
});

test("the reason of a failed run is its innermost error, without the place in the code", () => {
  const { cause, evidence } = verdictOf("BACKUP_FAILED", "the program is gone");
  expect(cause.en).toBe(
    "The last backup failed on the host: /usr/bin/ruby: No such file or directory -- backup.rb (LoadError)",
  );
  expect(evidence.map(({ line }) => line)[0]).toBe("Result=exit-code");
  const denied = verdictOf("BACKUP_ROLE_DENIED", "another policy, and a run that failed");
  expect(denied.evidence.map(({ line }) => line)).toEqual([
    "AccessDenied",
    "no policy allows s3:PutObject (Aws::S3::Errors::AccessDenied)",
    "another policy",
  ]);
});

test("of several hosts the one is named that it is about", () => {
  const [well, stopped] = ["a backup of yesterday, and everything in its place", "until the next boot"].map((what) =>
    backupCases.find((it) => it.what === what),
  );
  const [first] = well?.facts.hosts ?? [];
  const [second] = stopped?.facts.hosts ?? [];
  if (!well || !first || !second) throw new Error("no such case");
  const other = { ...second, instance: { ...second.instance, id: "i-2" } };
  const targets = [...(well.facts.targets ?? []), { instanceId: "i-2", port: 80, state: "healthy" }];
  const verdict = walk(layers, { ...well.facts, targets, hosts: [first, other] });
  expect(verdict).toMatchObject({ code: "BACKUP_TIMER_STOPPED", instanceId: "i-2" });
});

test("a timer is started again, a file that is gone is put back by the step", () => {
  const actions = (what: string) => verdictOf("BACKUP_TIMER_STOPPED", what).fix;
  expect(actions("until the next boot")).toEqual({
    automatic: true,
    actions: [{ kind: "host", script: "systemctl enable --now lecture05-backup.timer" }],
  });
  expect(actions("its file is gone")).toEqual({ automatic: true, actions: [{ kind: "step", step: "backup" }] });
  // Somebody wrote the policy that denies, and a bucket anew is empty: for a person to know first.
  expect(verdictOf("BACKUP_BUCKET_DENIES", "the role has its rights").fix.automatic).toBe(false);
  expect(verdictOf("BACKUP_BUCKET_MISSING", "deleted").fix.automatic).toBe(false);
});
