import { DeleteDBInstanceCommand, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { expect, it } from "vitest";
import { behaviourNames } from "../../../src/sandbox/realism/names.ts";
import { Realism } from "../../../src/sandbox/realism/realism.ts";
import { ManualTime } from "../../support/manual-time.ts";
import { Rds } from "./support.ts";

async function start(): Promise<{ sandbox: Rds; time: ManualTime; realism: Realism }> {
  const time = new ManualTime();
  const without = behaviourNames.filter((name) => name !== "slow-database");
  const realism = new Realism({ seed: 1, timeScale: 1, without }, { isExempt: () => false, time });
  const sandbox = await Rds.start({ realism });
  return { sandbox, time, realism };
}

async function statusOf({ rds }: Rds): Promise<string | undefined> {
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({}));
  return DBInstances?.[0]?.DBInstanceStatus;
}

it("takes as long as on AWS until a database is there", async () => {
  const { sandbox, time, realism } = await start();
  await sandbox.create();
  await expect.poll(() => realism.behaviours.shown.get("slow-database")).toBe(1);
  time.advance(299_000);
  expect(await statusOf(sandbox)).toBe("creating");
  expect(sandbox.databases.storages.size).toBe(0);
  time.advance(421_000);
  expect((await sandbox.describe()).DBInstanceStatus).toBe("available");
});

it("does not make a database to its end that is to be deleted", async () => {
  const { sandbox, realism } = await start();
  await sandbox.create();
  await expect.poll(() => realism.behaviours.shown.get("slow-database")).toBe(1);
  await sandbox.rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "Orders", SkipFinalSnapshot: true }));
  await sandbox.quiet();
  expect(await statusOf(sandbox)).toBeUndefined();
  expect(sandbox.databases.storages.size).toBe(0);
});
