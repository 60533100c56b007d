import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "./support/child.ts";
import { startDockerDouble } from "./support/docker-double.ts";
import type { World } from "../../src/sandbox/world.ts";
import { DoubleCloud, stack } from "./support/double-cloud.ts";

// A stack that goes beyond the lecture and comes down again, on the real sandbox with hosts that take no time.

const directory = mkdtempSync(join(tmpdir(), "lecture05-docker-"));
let docker: Awaited<ReturnType<typeof startDockerDouble>>;
let cloud: DoubleCloud;

beforeAll(async () => {
  docker = await startDockerDouble(join(directory, "docker.sock"));
  cloud = await DoubleCloud.start();
});
afterAll(async () => {
  await cloud.stop();
  await docker.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function run(line: string, expected = 0): Promise<string> {
  const { code, stdout, stderr } = await runCli(cloud, docker.host, line.split(" "));
  expect(code, `${line}\n${stdout.slice(-4000)}\n${stderr}`).toBe(expected);
  return stdout;
}

function databaseOf({ rds }: World): object {
  return Object.values(rds.data.databases)[0] ?? {};
}

/** Those of the route table that leads to the internet. */
function publicRoutes({ ec2 }: World) {
  const tables = Object.values(ec2.data.routeTables);
  return tables.find(({ routes }) => routes.some((route) => JSON.stringify(route).includes("igw-")))?.routes ?? [];
}

const statuses = async (): Promise<string[]> => {
  const { steps } = JSON.parse(await run("status --json")) as { steps: { name: string; status: string }[] };
  return steps.map(({ name, status }) => `${name} ${status}`);
};

it("goes on from the lecture to the database, and back", async () => {
  await run("up --yes --json");
  expect(await statuses()).toHaveLength(7);

  const up = await run("up --to database --yes --json");
  expect(up).toContain('"step":"database","outcome":"done"');
  expect((await statuses()).at(-1)).toBe("database done");
});

it("has nothing to do the second time, and goes as far as the stack does", async () => {
  const again = await run("up --yes --json");
  expect(again.match(/"outcome":"up-to-date"/g)).toHaveLength(8);
  expect(again).not.toContain('"type":"resource.created"');
});

it("takes another class and a standby on, says so before, and keeps both", async () => {
  const wanted = "--multi-az --database-class db.t3.small";
  expect(await run(`plan --to database ${wanted}`)).toContain("rds:db-instance database  (db.t3.small, two zones)");
  await run(`up ${wanted} --yes --json`);
  expect(databaseOf(cloud.world)).toMatchObject({ class: "db.t3.small", multiAz: true, status: "available" });
  // What is not said stays as it stands.
  expect((await run("up --yes --json")).match(/"outcome":"up-to-date"/g)).toHaveLength(8);
  await run("up --no-multi-az --database-class db.t4g.micro --yes --json");
  expect(databaseOf(cloud.world)).toMatchObject({ class: "db.t4g.micro", multiAz: false });
});

it("is started again when somebody stopped it", async () => {
  Object.assign(databaseOf(cloud.world), { status: "stopped" });
  expect(await run("status --live --json")).toContain('"observed": "stopped"');
  expect(await run("up --yes --json")).toContain('"step":"database","outcome":"done"');
  expect(databaseOf(cloud.world)).toMatchObject({ status: "available" });
});

it("keeps the password where only the hosts' role and the account read it", async () => {
  const { data } = cloud.world.ssm;
  const [secret] = Object.values(data.parameters);
  expect(secret).toMatchObject({ name: `/lecture05/${stack}/database-password`, type: "SecureString" });
  expect(secret?.value).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(secret?.tags).toMatchObject({ "lecture05:stack": stack, "lecture05:step": "database" });
  const files = readdirSync(cloud.directory, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  const holding = files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file).includes(secret?.value ?? "-"))
    .map((file) => file.slice(cloud.directory.length + 1));
  // The sandbox's own Parameter Store is the one place.
  expect(holding).toEqual(["home/ssm.json"]);
});

it("is proved again, and its group closed and opened for it", async () => {
  const seen = await run("verify database --break --yes --json");
  const checks = seen.split("\n").flatMap((line) => (line.includes('"type":"check"') ? [JSON.parse(line)] : []));
  const names = (checks as { check: { name: string; ok: boolean } }[]).map(({ check }) => `${check.name} ${check.ok}`);
  expect(names).toEqual([
    "database-available true",
    "database-private true",
    "database-encrypted true",
    "database-closed true",
    "password-secret true",
    "application-database true",
    "connection-encrypted true",
    "rows-equal true",
    "record-there true",
    "record-gone true",
    "page-without-database true",
    "page-with-database true",
  ]);
});

it.each([
  [
    "database-private",
    (world: World) => {
      for (const { id, associations } of Object.values(world.ec2.data.routeTables)) {
        const table = world.ec2.data.routeTables[id];
        if (table && associations.length > 0) table.routes = [...publicRoutes(world)];
      }
    },
  ],
  ["database-encrypted", (world: World) => Object.assign(databaseOf(world), { encrypted: false })],
  ["database-available", (world: World) => Object.assign(databaseOf(world), { status: "stopped" })],
  [
    "database-closed",
    ({ ec2 }: World) => {
      const group = Object.values(ec2.data.securityGroups).find(({ name }) => name === `${stack}-database`);
      group?.rules.push({
        id: "sgr-00000000000000001",
        egress: false,
        protocol: "tcp",
        fromPort: 3306,
        toPort: 3306,
        cidrIpv4: "0.0.0.0/0",
      });
    },
  ],
  [
    "password-secret",
    ({ ssm }: World) => {
      for (const secret of Object.values(ssm.data.parameters)) Object.assign(secret, { type: "String" });
    },
  ],
])("sees that %s does not hold", async (name, spoil) => {
  const { ec2, rds, ssm } = cloud.world;
  const before = structuredClone([ec2.data, rds.data, ssm.data]);
  spoil(cloud.world);
  const seen = await run("verify database --json", 1);
  const failed = seen.split("\n").filter((line) => line.includes('"type":"check"') && line.includes('"ok":false'));
  expect(failed.map((line) => (JSON.parse(line) as { check: { name: string } }).check.name)).toEqual([name]);
  [ec2.data, rds.data, ssm.data].forEach((data, index) => Object.assign(data, before[index]));
});

it("puts a group right that somebody opened, and knows the whole stack again when its state is lost", async () => {
  const group = Object.values(cloud.world.ec2.data.securityGroups).find(({ name }) => name === `${stack}-database`);
  const rule = group?.rules.find(({ egress }) => !egress);
  if (group) group.rules = group.rules.filter((it) => it !== rule);
  expect(await run("up --yes --json")).toContain('"step":"database","outcome":"done"');

  rmSync(join(cloud.directory, "state"), { recursive: true });
  await run("adopt --yes --json");
  expect(await statuses()).toHaveLength(8);
  expect((await statuses()).at(-1)).toBe("database done");
  const { resources } = JSON.parse(await run("status --json")) as { resources: { type: string; step: string }[] };
  expect(resources.flatMap(({ step, type }) => (step === "database" ? [type] : [])).toSorted()).toEqual([
    "rds:db-instance",
    "rds:db-subnet-group",
    "ssm:parameter",
  ]);
});

it("leaves nothing, also where the state is lost", async () => {
  rmSync(join(cloud.directory, "state"), { recursive: true });
  const told = await run("destroy --yes --json");
  expect(told).toContain('"step":"database","outcome":"destroyed"');
  expect(told).toContain('"left":0');
  const { ec2, rds, ssm } = cloud.world;
  expect(Object.keys(rds.data.databases)).toEqual([]);
  expect(Object.keys(rds.data.subnetGroups)).toEqual([]);
  expect(Object.keys(ssm.data.parameters)).toEqual([]);
  expect(Object.keys(ec2.data.vpcs)).toEqual([]);
  expect(await statuses()).toHaveLength(7);
});
