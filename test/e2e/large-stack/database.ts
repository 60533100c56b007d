import {
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  DeleteRouteCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { DescribeDBInstancesCommand, StopDBInstanceCommand } from "@aws-sdk/client-rds";
import { DescribeParametersCommand, GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InstalledPackage } from "../../support/installed-package.ts";
import { clientsOf } from "../../support/sandbox-access.ts";
import { securityGroup, toEc2 } from "../../support/stack-aws.ts";
import { onHost, stackOf, until, type Stack } from "../../support/stack.ts";
import type { LargeStack } from "./large-stack.ts";

let tool: InstalledPackage;
let large: LargeStack;
let stack: Stack;

const switchFile = "/etc/lecture05/env.d/60-database.env";
const sqlite = "/var/lib/lecture05/database/production.sqlite3";
const asApp = `cd /opt/lecture05/current && set -a && for file in /etc/lecture05/env.d/*.env; do . "$file"; done; set +a; HOME=/var/lib/lecture05/home runuser -u app --`;
/** SQL with the application's own address, also while it does not use it. */
const mysql = (text: string): Promise<string> =>
  onHost(
    stack,
    `set -a; . /root/database.env; set +a; cd /opt/lecture05/current
HOME=/var/lib/lecture05/home runuser -u app -- bundle exec ruby -rtrilogy -ruri -e '
  url = URI.parse(ENV.fetch("DATABASE_URL"))
  client = Trilogy.new(host: url.host, port: url.port, username: url.user, password: url.password,
    database: url.path[1..], ssl: true, ssl_mode: Trilogy::SSL_REQUIRED_NOVERIFY)
  puts client.query(ARGV[0]).rows.map { |row| row.join(" ") }' ${JSON.stringify(text)}`,
  );
const lite = (text: string): Promise<string> => onHost(stack, `sqlite3 ${sqlite} ${JSON.stringify(text)}`);
const restart = "systemctl reset-failed puma.service; systemctl restart puma.service";

const failing = (...argv: string[]): Promise<string[]> => large.failing("database", ...argv);
const page = (): Promise<number> => large.page();

/**
 * The records' way from SQLite into RDS on a real host and a real database, and every check of it broken once. Takes a
 * stack of seven steps, and leaves one with its database.
 */
export function database(largeStack: () => LargeStack): void {
  describe("the database", () => {
    beforeAll(async () => {
      large = largeStack();
      ({ tool } = large);
      stack = await stackOf(tool);
      await onHost(stack, `${asApp} bundle exec rails runner db/samples.rb`);
    });
    // The password lies in one of them, and an image will be made of this host.
    afterAll(() => onHost(stack, "rm -f /root/database.env /root/moved.json /root/machine-id"));

    describe("step database", () => {
      it("moves every record, and the application goes on with them", async () => {
        const before = await lite("SELECT id, name, description FROM fruits ORDER BY id");
        expect(before.trim().split("\n")).toHaveLength(3);
        await tool.ok("up", "--to", "database");
        await onHost(stack, `install -m 600 ${switchFile} /root/database.env`);
        expect(await mysql("SELECT name FROM fruits ORDER BY id")).toContain("Shine Muscat / シャインマスカット");
        expect((await mysql("SELECT id, description FROM fruits ORDER BY id")).trim().split("\n")).toHaveLength(3);
        expect(await page()).toBe(200);
        // The way back is there, as it was.
        expect(await lite("SELECT id, name, description FROM fruits ORDER BY id")).toBe(before);
        const again = await tool.ok("up", "--json");
        expect(again.match(/"outcome":"up-to-date"/g)).toHaveLength(8);
      });

      it("holds, also with its group closed for a moment", async () => expect(await failing("--break")).toEqual([]));

      it("leaves the password in no file but the host's own and the sandbox's", async () => {
        const ssm = await (await clientsOf(tool)).ssm();
        const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
        const Name = Parameters?.[0]?.Name ?? "";
        const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
        const secret = Parameter?.Value ?? "";
        expect(secret).toMatch(/^[A-Za-z0-9]{32}$/);
        const found = await onHost(
          stack,
          `grep -rlF ${secret} /etc /var /opt /usr/local /root /tmp 2>/dev/null || true`,
        );
        expect(found.trim().split("\n").toSorted()).toEqual([switchFile, "/root/database.env"]);
        expect(await onHost(stack, `stat -c '%a %U' ${switchFile}`)).toBe("600 root\n");
        expect(await onHost(stack, "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '")).not.toContain(secret);
        expect(await onHost(stack, "journalctl --no-pager")).not.toContain(secret);
      });
    });

    describe("a check fails when", () => {
      it("what was moved is not what was there", async () => {
        const report = "/var/lib/lecture05/database/moved.json";
        await onHost(stack, `cp ${report} /root/moved.json; sed -i 's/"target":\\[3/"target":[2/' ${report}`);
        expect(await failing()).toEqual(["rows-equal"]);
        await onHost(stack, `cat /root/moved.json >${report}`);
      });

      it("the application keeps its records elsewhere", async () => {
        await onHost(stack, `rm ${switchFile}; ${restart}`);
        await until("Puma", async () => (await page()) === 200);
        expect(await failing()).toEqual(
          expect.arrayContaining(["application-database", "connection-encrypted", "record-there"]),
        );
        await onHost(stack, `install -m 600 /root/database.env ${switchFile}; ${restart}`);
      });

      it("its group lets in others", async () => {
        const { id: GroupId } = await securityGroup(stack, "database");
        const IpPermissions = [
          { IpProtocol: "tcp", FromPort: 3306, ToPort: 3306, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
        ];
        const ec2 = await toEc2(stack);
        await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
        expect(await failing()).toEqual(["database-closed"]);
        expect((await tool.cli("diagnose", "--json")).stdout).toContain("RDS_OPEN_TO_OTHERS");
        await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
      });

      it("a way leads from its subnets to the internet", async () => {
        const ec2 = await toEc2(stack);
        const Filters = [{ Name: "tag:lecture05:name", Values: ["private"] }];
        const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
        const { InternetGateways } = await ec2.send(new DescribeInternetGatewaysCommand({}));
        const RouteTableId = RouteTables?.[0]?.RouteTableId;
        const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
        const GatewayId = InternetGateways?.[0]?.InternetGatewayId;
        await ec2.send(new CreateRouteCommand({ ...route, GatewayId }));
        expect(await failing()).toEqual(["database-private"]);
        await ec2.send(new DeleteRouteCommand(route));
      });

      it("its password is no SecureString", async () => {
        const ssm = await (await clientsOf(tool)).ssm();
        const Name = `/lecture05/${tool.stack}/database-password`;
        const Value = (await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter?.Value ?? "";
        const put = (Type: "String" | "SecureString") =>
          ssm.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
        await put("String");
        expect(await failing()).toEqual(["password-secret"]);
        await put("SecureString");
        expect(await failing()).toEqual([]);
      });
    });

    describe("what goes wrong", () => {
      it("is named, and put right: a closed group, a wrong password, a database that is stopped", async () => {
        const { id: GroupId, permissions: IpPermissions } = await securityGroup(stack, "database");
        // Closed already when this is tried again.
        if (IpPermissions.length > 0) {
          await (await toEc2(stack)).send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
        }
        // It waits for the database, on a busy machine for longer than systemd does.
        await onHost(stack, `${restart} || true`);
        expect((await tool.cli("diagnose", "--fix", "--json")).stdout).toContain("RDS_GROUP_CLOSED");
        await until("the page", async () => (await page()) === 200);

        await onHost(stack, `sed -i 's/lecture05:[A-Za-z0-9]*@/lecture05:wrong@/' ${switchFile}; ${restart}`);
        await until("the refusal", async () => (await page()) === 500);
        expect((await tool.cli("diagnose", "--json")).stdout).toContain("RDS_PASSWORD_WRONG");
        await tool.ok("step", "database");
        await onHost(stack, `install -m 600 /root/database.env ${switchFile}; ${restart}`);
        await until("the page", async () => (await page()) === 200);

        const rds = await (await clientsOf(tool)).rds();
        const DBInstanceIdentifier = `${tool.stack}-database`;
        await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier }));
        await until("the stop", async () => {
          const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
          return DBInstances?.[0]?.DBInstanceStatus === "stopped";
        });
        expect(await page()).toBe(500);
        expect(await failing()).toContain("database-available");
        expect((await tool.cli("diagnose", "--json")).stdout).toContain("RDS_STOPPED");
        await tool.ok("up");
        expect(await page()).toBe(200);
        expect(await failing()).toEqual([]);
      });
    });

    describe("the move", () => {
      /** Back to SQLite, as somebody would do it by hand. Nothing on AWS tells of it: a proof does. */
      const back = async (): Promise<void> => {
        await onHost(stack, `rm -f ${switchFile}; ${restart}`);
        await until("Puma", async () => (await page()) === 200);
        expect(await failing()).toContain("application-database");
      };
      const isOnSqlite = async (): Promise<void> => {
        await until("Puma", async () => (await page()) === 200);
        expect(await onHost(stack, `test -e ${switchFile} || echo none`)).toBe("none\n");
      };

      it("changes nothing when the rows differ, and goes through once they do not", async () => {
        await back();
        await mysql("DROP TRIGGER IF EXISTS lie");
        await mysql("CREATE TRIGGER lie BEFORE INSERT ON fruits FOR EACH ROW SET NEW.name = 'lie'");
        const { code, stderr, stdout } = await tool.cli("step", "database");
        expect(code).toBe(1);
        expect(stdout + stderr).toContain("the rows differ after the copy: fruits");
        await isOnSqlite();
        // The transaction took nothing with it.
        expect((await mysql("SELECT COUNT(*) FROM fruits WHERE name = 'lie'")).trim()).toBe("0");

        await mysql("DROP TRIGGER lie");
        // As a first try leaves it that ended between the tables and the rows.
        for (const table of ["active_storage_attachments", "active_storage_variant_records", "active_storage_blobs"]) {
          await mysql(`DELETE FROM ${table}`);
        }
        await mysql("DELETE FROM fruits");
        await mysql("DELETE FROM ar_internal_metadata");
        await onHost(
          stack,
          `sqlite3 ${sqlite} "UPDATE fruits SET name = 'Renamed' WHERE id = (SELECT MIN(id) FROM fruits)"`,
        );
        await tool.ok("step", "database");
        expect((await mysql("SELECT name FROM fruits ORDER BY id LIMIT 1")).trim()).toBe("Renamed");
      });

      it("never overwrites records that came later", async () => {
        await mysql("UPDATE fruits SET name = 'Later' ORDER BY id LIMIT 1");
        await back();
        const { code, stderr, stdout } = await tool.cli("step", "database");
        expect(code).toBe(1);
        expect(stdout + stderr).toContain("rows that came after the move");
        await isOnSqlite();
        expect((await mysql("SELECT name FROM fruits ORDER BY id LIMIT 1")).trim()).toBe("Later");
        // On a host that is another one, nothing is copied at all.
        await onHost(stack, "cp /etc/machine-id /root/machine-id; printf '%032x\\n' 7 >/etc/machine-id");
        await tool.ok("step", "database");
        expect((await mysql("SELECT name FROM fruits ORDER BY id LIMIT 1")).trim()).toBe("Later");
        await onHost(stack, "cat /root/machine-id >/etc/machine-id");
        expect(await failing()).toEqual([]);
      });
    });
  });
}
