import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as ec2 from "@aws-sdk/client-ec2";
import * as rds from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { rootCredentials } from "../../src/sandbox/launcher.ts";
import { InstalledPackage } from "../support/installed-package.ts";
import { DatabaseClient, type Login } from "./rds/client.ts";

const run = promisify(execFile);
const password = "correct.horse-battery";
const orders = { DBInstanceIdentifier: "orders" };
const note = (text: string): void => console.log(text);

let tool: InstalledPackage;
let groupId: string;
let vpcId: string;
let subnetIds: string[];
let login: Login;
/** One address that the group lets in, and one that it does not. */
let host: DatabaseClient;
let stranger: DatabaseClient;

const daemon = (): { pid: number; port: number } =>
  JSON.parse(readFileSync(join(tool.sandboxHome, "daemon.json"), "utf8")) as { pid: number; port: number };

function config() {
  const credentials = rootCredentials(tool.sandboxHome);
  if (!credentials) throw new Error("the sandbox has no root key");
  return { region: "ap-northeast-1", endpoint: `http://127.0.0.1:${daemon().port}`, credentials };
}
const toEc2 = () => new ec2.EC2Client(config());
const toRds = () => new rds.RDSClient(config());
const waiting = () => ({ client: toRds(), maxWaitTime: 300, minDelay: 1, maxDelay: 1 });
const sandboxId = (): string => readFileSync(join(tool.sandboxHome, "sandbox-id"), "utf8").trim();
const ofSandbox = (): string[] => ["--filter", `label=lecture05.sandbox=${sandboxId()}`];

async function describeOne(id = "orders"): Promise<rds.DBInstance> {
  const { DBInstances } = await toRds().send(new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
  return DBInstances?.[0] ?? {};
}

/** Ids of containers of databases. */
async function servers(): Promise<string[]> {
  const { stdout } = await run("docker", ["ps", "-aq", "--filter", "label=lecture05.role=database", ...ofSandbox()]);
  return stdout.split("\n").filter(Boolean);
}

async function available(id = "orders"): Promise<rds.DBInstance> {
  await rds.waitUntilDBInstanceAvailable(waiting(), { DBInstanceIdentifier: id });
  return describeOne(id);
}

async function makeNetwork(range = "10.78"): Promise<void> {
  const client = toEc2();
  vpcId = (await client.send(new ec2.CreateVpcCommand({ CidrBlock: `${range}.0.0/16` }))).Vpc?.VpcId ?? "";
  subnetIds = [];
  for (const [third, zone] of [
    ["11", "a"],
    ["12", "c"],
  ] as const) {
    const CidrBlock = `${range}.${third}.0/24`;
    const place = { VpcId: vpcId, CidrBlock, AvailabilityZone: `ap-northeast-1${zone}` };
    subnetIds.push((await client.send(new ec2.CreateSubnetCommand(place))).Subnet?.SubnetId ?? "");
  }
  const group = { GroupName: "database", Description: "MySQL from the host", VpcId: vpcId };
  groupId = (await client.send(new ec2.CreateSecurityGroupCommand(group))).GroupId ?? "";
}

const rule = () => ({
  GroupId: groupId,
  IpPermissions: [{ IpProtocol: "tcp", FromPort: 3306, ToPort: 3306, IpRanges: [{ CidrIp: "10.78.1.200/32" }] }],
});

async function makeDatabase(): Promise<rds.DBInstance> {
  await toRds().send(
    new rds.CreateDBSubnetGroupCommand({
      DBSubnetGroupName: "private",
      DBSubnetGroupDescription: "two zones",
      SubnetIds: subnetIds,
    }),
  );
  const started = performance.now();
  const request = {
    ...orders,
    Engine: "mysql",
    DBInstanceClass: "db.t4g.micro",
    AllocatedStorage: 20,
    MasterUsername: "admin",
    MasterUserPassword: password,
    DBName: "orders",
    DBSubnetGroupName: "private",
    VpcSecurityGroupIds: [groupId],
    PubliclyAccessible: false,
    MultiAZ: true,
  };
  await toRds().send(new rds.CreateDBInstanceCommand(request));
  const database = await available();
  note(`a database available after ${Math.round(performance.now() - started)} ms`);
  return database;
}

beforeAll(async () => {
  tool = await InstalledPackage.install("e2e-rds");
  await tool.ok("sandbox", "start");
  await makeNetwork();
  const database = await makeDatabase();
  login = { host: database.Endpoint?.Address ?? "", user: "admin", password };
  const [server = ""] = await servers();
  const image = (await run("docker", ["inspect", "--format", "{{.Image}}", server])).stdout.trim();
  const place = { sandboxId: sandboxId(), network: `lecture05-${sandboxId()}-${vpcId}`, image };
  host = await DatabaseClient.start({ ...place, address: "10.78.1.200" });
  stranger = await DatabaseClient.start({ ...place, address: "10.78.1.201" });
});

afterAll(() => tool?.remove());

describe("a database of the sandbox's RDS", () => {
  it("answers to whom its security group lets in, and to nobody else", async () => {
    const closed = await host.ask(login, "SELECT 1");
    expect(closed.stderr).toMatch(/Can't connect|timed out|110/);
    await toEc2().send(new ec2.AuthorizeSecurityGroupIngressCommand(rule()));
    expect(await host.query(login, "SELECT DATABASE(), CURRENT_USER()", "orders")).toBe("orders\tadmin@%");
    const outside = await stranger.ask(login, "SELECT 1");
    expect([outside.code, outside.stdout]).toEqual([1, ""]);
    await toEc2().send(new ec2.RevokeSecurityGroupIngressCommand(rule()));
    expect((await host.ask(login, "SELECT 1")).code).toBe(1);
    await toEc2().send(new ec2.AuthorizeSecurityGroupIngressCommand(rule()));
    expect(await host.query(login, "SELECT 1")).toBe("1");
  });

  it("has the name of its endpoint in its certificate, and asks for the right password", async () => {
    const file = JSON.parse(readFileSync(join(tool.sandboxHome, "rds.json"), "utf8")) as {
      databases: { orders: { tls: { authority: string } } };
    };
    await host.write("/authority.pem", file.databases.orders.tls.authority);
    const verified = ["--ssl-ca=/authority.pem", "--ssl-verify-server-cert"];
    const { stdout } = await host.ask(login, "SHOW STATUS LIKE 'Ssl_version'", ...verified);
    expect(stdout.trim()).toBe("Ssl_version\tTLSv1.3");
    const byAddress = await host.shell(`getent hosts ${login.host} | cut -d ' ' -f 1`);
    expect(byAddress).toMatch(/^10\.78\.11\.\d+$/);
    const otherName = await host.ask({ ...login, host: byAddress }, "SELECT 1", ...verified);
    expect([otherName.code, otherName.stderr]).toEqual([1, expect.stringMatching(/certificate|TLS/i)]);
    const wrong = await host.ask({ ...login, password: "wrong" }, "SELECT 1", "--ssl-verify-server-cert=OFF");
    expect(wrong.stderr).toContain("Access denied");
  });

  it("is set as MySQL is on RDS, with a master user that is no superuser", async () => {
    const variables = "@@character_set_server, @@sql_mode, @@max_connections, @@time_zone";
    const [charset, mode, connections, zone] = (await host.query(login, `SELECT ${variables}`)).split("\t");
    expect([charset, connections, zone]).toEqual(["utf8mb4", "76", "+00:00"]);
    expect(mode).toContain("ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES");
    await host.query(login, "CREATE DATABASE further; DROP DATABASE further");
    const superuser = await host.ask(login, "SET GLOBAL read_only = 1", "--ssl-verify-server-cert=OFF");
    expect(superuser.stderr).toContain("Access denied");
    expect(await host.query(login, "SELECT COUNT(*) FROM mysql.user WHERE User = ''")).toBe("0");
  });

  it("keeps its rows when it is stopped and started", async () => {
    await host.query(
      login,
      "CREATE TABLE items (id INT PRIMARY KEY, name TEXT); INSERT INTO items VALUES (1, '寿司')",
      "orders",
    );
    await toRds().send(new rds.StopDBInstanceCommand(orders));
    await vi.waitFor(async () => expect((await describeOne()).DBInstanceStatus).toBe("stopped"), 60_000);
    expect(await servers()).toEqual([]);
    expect((await host.ask(login, "SELECT 1")).code).toBe(1);
    const started = performance.now();
    await toRds().send(new rds.StartDBInstanceCommand(orders));
    await available();
    note(`a stopped database available after ${Math.round(performance.now() - started)} ms`);
    expect(await host.query(login, "SELECT name FROM items", "orders")).toBe("寿司");
  });

  it("goes on without its daemon, and with what was asked for when that was killed", async () => {
    process.kill(daemon().pid, "SIGKILL");
    expect(
      await host.query(login, "INSERT INTO items VALUES (2, 'without'); SELECT COUNT(*) FROM items", "orders"),
    ).toBe("2");
    const [before] = await servers();
    await tool.ok("sandbox", "start");
    expect((await available()).DBInstanceStatus).toBe("available");
    expect(await servers()).toEqual([before]);
    await toRds().send(new rds.RebootDBInstanceCommand(orders));
    process.kill(daemon().pid, "SIGKILL");
    await tool.ok("sandbox", "start");
    await available();
    expect(await host.query(login, "SELECT COUNT(*) FROM items", "orders")).toBe("2");
    expect(await servers()).toHaveLength(1);
  });

  it("comes back in the other zone under the same name, with every row that was acknowledged", async () => {
    const before = await describeOne();
    const acknowledged: number[] = [];
    const gap = { lastMs: performance.now(), longestMs: 0 };
    const end = new AbortController();
    const writing = (async () => {
      for (let id = 100; !end.signal.aborted; id += 1) {
        const outcome = await host.ask(
          login,
          `INSERT INTO items VALUES (${id}, 'x')`,
          "--ssl-verify-server-cert=OFF",
          "orders",
        );
        if (outcome.code !== 0) continue;
        acknowledged.push(id);
        gap.longestMs = Math.max(gap.longestMs, performance.now() - gap.lastMs);
        gap.lastMs = performance.now();
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await toRds().send(new rds.RebootDBInstanceCommand({ ...orders, ForceFailover: true }));
    const after = await available();
    const then = acknowledged.length;
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(then + 1), 30_000);
    end.abort();
    await writing;
    note(`a failover: ${acknowledged.length} rows written, longest gap ${Math.round(gap.longestMs)} ms`);
    expect(after).toMatchObject({
      Endpoint: before.Endpoint,
      AvailabilityZone: before.SecondaryAvailabilityZone,
      SecondaryAvailabilityZone: before.AvailabilityZone,
    });
    expect(await host.shell(`getent hosts ${login.host}`)).toMatch(/^10\.78\.12\./);
    const ids = (await host.query(login, "SELECT id FROM items WHERE id >= 100", "orders")).split("\n").map(Number);
    expect(acknowledged.length).toBeGreaterThan(2);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("fails over by itself when its server is lost", async () => {
    const before = await describeOne();
    const [server = ""] = await servers();
    const started = performance.now();
    await run("docker", ["kill", server]);
    await vi.waitFor(async () => expect(await host.query(login, "SELECT 1")).toBe("1"), {
      timeout: 60_000,
      interval: 200,
    });
    note(`a lost server was answered for by the standby after ${Math.round(performance.now() - started)} ms`);
    await available();
    expect((await describeOne()).AvailabilityZone).toBe(before.SecondaryAvailabilityZone);
    expect(await host.query(login, "SELECT COUNT(*) FROM items WHERE id < 100", "orders")).toBe("2");
  });

  it("is there again after the machine went down, behind its packet filter", async () => {
    const { AvailabilityZone } = await describeOne();
    process.kill(daemon().pid, "SIGKILL");
    const { stdout } = await run("docker", ["ps", "-q", "--filter", "label=lecture05.role=appliance", ...ofSandbox()]);
    await run("docker", ["kill", ...(await servers()), ...stdout.split("\n").filter(Boolean)]);
    await tool.ok("sandbox", "start");
    await vi.waitFor(async () => expect(await host.query(login, "SELECT 1")).toBe("1"), 60_000);
    // No zone has failed.
    expect((await available()).AvailabilityZone).toBe(AvailabilityZone);
    expect(await host.query(login, "SELECT COUNT(*) FROM items WHERE id < 100", "orders")).toBe("2");
    expect((await stranger.ask(login, "SELECT 1")).code).toBe(1);
  });

  it("is restored from a snapshot as it was then, with its user and password", async () => {
    const snapshot = { DBSnapshotIdentifier: "before" };
    const started = performance.now();
    await toRds().send(new rds.CreateDBSnapshotCommand({ ...orders, ...snapshot }));
    // The server is paused meanwhile; a killed daemon must not leave it so.
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(daemon().pid, "SIGKILL");
    const [server = ""] = await servers();
    // Paused already, when the kill came while it was.
    await run("docker", ["pause", server]).catch(() => {});
    await tool.ok("sandbox", "start");
    await rds.waitUntilDBSnapshotAvailable(waiting(), snapshot);
    note(`a snapshot available after ${Math.round(performance.now() - started)} ms, with a kill of the daemon`);
    await available();
    await host.query(login, "DELETE FROM items WHERE id = 1", "orders");
    const again = { ...snapshot, DBInstanceIdentifier: "again", DBSubnetGroupName: "private" };
    await toRds().send(new rds.RestoreDBInstanceFromDBSnapshotCommand({ ...again, VpcSecurityGroupIds: [groupId] }));
    const { Endpoint } = await available("again");
    const there = { ...login, host: Endpoint?.Address ?? "" };
    const count = "SELECT COUNT(*) FROM items WHERE id < 100";
    expect([await host.query(there, count, "orders"), await host.query(login, count, "orders")]).toEqual(["2", "1"]);
    const changed = { DBInstanceIdentifier: "again", MasterUserPassword: "another.battery" };
    await toRds().send(new rds.ModifyDBInstanceCommand(changed));
    await available("again");
    expect(await host.query({ ...there, password: "another.battery" }, "SELECT 1")).toBe("1");
    expect((await host.ask(there, "SELECT 1", "--ssl-verify-server-cert=OFF")).stderr).toContain("Access denied");
    await toRds().send(new rds.DeleteDBInstanceCommand({ DBInstanceIdentifier: "again", SkipFinalSnapshot: true }));
    await rds.waitUntilDBInstanceDeleted(waiting(), { DBInstanceIdentifier: "again" });
    await toRds().send(new rds.DeleteDBSnapshotCommand(snapshot));
  });

  it("shows its password nowhere: in no container, process, log or file of the sandbox", async () => {
    const { stdout: ids } = await run("docker", ["ps", "-aq", ...ofSandbox()]);
    const own = ids.split("\n").filter(Boolean);
    const seen = [(await run("docker", ["inspect", ...own])).stdout, (await run("ps", ["axww"])).stdout];
    for (const server of await servers()) {
      const { stdout, stderr } = await run("docker", ["logs", server]);
      seen.push(stdout, stderr);
      seen.push((await run("docker", ["exec", server, "sh", "-c", "cat /etc/mysql/*.cnf; ls /etc/mysql"])).stdout);
    }
    for (const name of readdirSync(tool.sandboxHome)) {
      const file = join(tool.sandboxHome, name);
      if (statSync(file).isFile()) seen.push(readFileSync(file, "utf8"));
    }
    expect(seen.join("\n")).toContain("lecture05.cnf");
    expect(seen.join("\n")).not.toContain(password);
    expect(seen.join("\n")).not.toContain("first.sql");
  });

  it("goes with all that was made for it", async () => {
    await toRds().send(new rds.DeleteDBInstanceCommand({ ...orders, SkipFinalSnapshot: true }));
    const group = new ec2.DeleteSecurityGroupCommand({ GroupId: groupId });
    await expect(toEc2().send(group)).rejects.toMatchObject({ name: "DependencyViolation" });
    await rds.waitUntilDBInstanceDeleted(waiting(), orders);
    await toRds().send(new rds.DeleteDBSubnetGroupCommand({ DBSubnetGroupName: "private" }));
    await toEc2().send(group);
    for (const SubnetId of subnetIds) await toEc2().send(new ec2.DeleteSubnetCommand({ SubnetId }));
    expect(await servers()).toEqual([]);
    expect((await run("docker", ["volume", "ls", "-q", ...ofSandbox()])).stdout).toBe("");
  });

  it("is gone after a reset, with its storage and its snapshots", async () => {
    await makeNetwork("10.79");
    await makeDatabase();
    const left = async (...kind: string[]): Promise<number> =>
      (await run("docker", [...kind, "-q", ...ofSandbox()])).stdout.split("\n").filter(Boolean).length;
    expect([await left("ps", "-a"), await left("volume", "ls"), (await servers()).length]).toEqual([5, 2, 1]);
    const filter = ofSandbox();
    await tool.ok("sandbox", "reset", "--yes");
    for (const kind of [
      ["ps", "-aq"],
      ["network", "ls", "-q"],
      ["volume", "ls", "-q"],
    ]) {
      expect((await run("docker", [...kind, ...filter])).stdout, kind[0]).toBe("");
    }
  });
});
