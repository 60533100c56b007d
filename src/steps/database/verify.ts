import { randomUUID } from "node:crypto";
import type { Database } from "../../ports/database.ts";
import type { SecurityGroup } from "../../ports/network.ts";
import type { Parameter } from "../../ports/parameters.ts";
import { probeDatabase, probeRecord } from "../../remote/probes/database.ts";
import { parseProbes } from "../../remote/probes.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import { ruleKey } from "../ec2/layout.ts";
import { probeHosts } from "../host-probes.ts";
import { runScript } from "../host-scripts.ts";
import { text } from "../s3/page-client.ts";
import { withPictureRecord } from "../s3/picture-record.ts";
import { pathsOf } from "../s3/remove-fruits.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { fromHosts } from "./ensure.ts";
import { passwordNameFor } from "./names.ts";
import { observeDatabase } from "./observe.ts";
import { openSubnets } from "./subnets.ts";

interface Verified {
  readonly address: string;
}

/** Where the database is and who may reach it, that the rows are there, and that the application writes there. */
export async function verifyDatabase(ctx: StepContext, { address }: Verified): Promise<Check[]> {
  const { hosts, hostGroupId } = ctx.output(ec2);
  const [observed, seen, written] = await together([
    observeDatabase(ctx),
    probeHosts(ctx, hosts, probeDatabase(), [...hostChecks(address)], ({ source, target }) => [
      check(
        "rows-equal",
        { en: "What was moved is the same on both sides", ja: "移した行が両方で一致" },
        source ?? "not counted",
        target ?? "not counted",
      ),
    ]),
    followRecord(ctx),
  ]);
  const { database, group, password } = observed;
  return [
    ...(await placeChecks(ctx, database)),
    groupCheck(group, hostGroupId),
    passwordCheck(ctx, password),
    ...seen,
    ...written,
  ];
}

const hostChecks = (address: string) => [
  {
    name: "application-database",
    title: { en: "Puma's database is at", ja: "Puma が使うデータベース" },
    probe: "address",
    expected: address,
  },
  {
    name: "connection-encrypted",
    title: { en: "The connection to it is", ja: "データベースへの接続" },
    probe: "cipher",
    expected: "encrypted",
  },
];

async function placeChecks(ctx: StepContext, database: Database | undefined): Promise<Check[]> {
  const open = database ? await openSubnets(ctx, database.subnetIds) : [];
  // In somebody else's network there are only the subnets that were given, and those lead to the internet.
  const isGiven = ctx.output(ec2).givenSubnetIds !== undefined;
  const place =
    open.length === 0 || isGiven ? "private subnets" : `subnets with a way to the internet: ${open.join(", ")}`;
  return [
    check(
      "database-available",
      { en: "The database is", ja: "データベースの状態" },
      "available",
      database?.status ?? "absent",
    ),
    check(
      "database-private",
      { en: "It lies in", ja: "データベースの場所" },
      "private subnets, no public address",
      `${place}, ${database?.publiclyAccessible === false ? "no public address" : "a public address"}`,
    ),
    check(
      "database-encrypted",
      { en: "Its storage is encrypted", ja: "ストレージの暗号化" },
      "on",
      database?.encrypted === true ? "on" : "off",
    ),
  ];
}

function groupCheck(group: SecurityGroup | undefined, hostGroupId: string): Check {
  return check(
    "database-closed",
    { en: "Only the hosts may reach it", ja: "接続できるのはホストだけ" },
    ruleKey(fromHosts(hostGroupId)),
    (group?.ingress ?? []).map(ruleKey).toSorted().join(", ") || "no rule",
  );
}

function passwordCheck(ctx: StepContext, password: Parameter | undefined): Check {
  return check(
    "password-secret",
    { en: "Its password is kept as", ja: "パスワードの保存形式" },
    `SecureString ${passwordNameFor(ctx)}`,
    password ? `${password.type} ${password.name}` : "absent",
  );
}

/** A record that a visitor makes through the load balancer is in the database, and gone from it when it is deleted. */
async function followRecord(ctx: StepContext): Promise<Check[]> {
  const { hosts } = ctx.output(ec2);
  const [host] = hosts;
  const count = async (name: string): Promise<string> => {
    const { stdout } = await runScript(ctx, host?.instanceId ?? "", probeRecord(name));
    return parseProbes(stdout)["count"] ?? "no answer";
  };
  return withPictureRecord(ctx, async ({ name, page, submit }) => {
    const made = await submit(randomUUID());
    const there = await count(name);
    const [path = made.headers["location"] ?? "/"] = pathsOf(text((await page.get("/")).body), name);
    const gone = await page.submit(path, path, { _method: "delete" });
    return [
      check(
        "record-there",
        { en: "A record made on the page is in the database", ja: "ページで作ったレコードがデータベースにある" },
        "303, 1 row",
        `${made.status}, ${rows(there)}`,
      ),
      check(
        "record-gone",
        { en: "Deleted on the page, it is gone from there", ja: "ページで削除するとデータベースからもなくなる" },
        "303, 0 rows",
        `${gone.status}, ${rows(await count(name))}`,
      ),
    ];
  });
}

const rows = (count: string): string => (count === "1" ? "1 row" : `${count} rows`);
