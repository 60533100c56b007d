import { describe, expect, it } from "vitest";
import { applianceConfiguration } from "../../../src/sandbox/docker/appliance.ts";
import { databaseBootScript, databaseFiles } from "../../../src/sandbox/docker/database-files.ts";
import { firstBootFiles } from "../../../src/sandbox/docker/hosts.ts";
import { initialConfiguration } from "../../../src/sandbox/docker/load-balancers.ts";
import {
  databaseName,
  fromLabels,
  loadBalancerName,
  snapshotVolumeName,
  toLabels,
} from "../../../src/sandbox/docker/names.ts";

describe("endpoint appliance", () => {
  const text = applianceConfiguration({
    vpcId: "vpc-1",
    daemonHost: "10.5.255.254",
    daemonPort: 4567,
    secret: "s3cret",
  });
  const frontend = (name: string): string =>
    text.split(/\n\n/).find((part) => part.startsWith(`frontend ${name}`)) ?? "";

  it("replaces what a client says about its address at the metadata port", () => {
    expect(frontend("metadata")).toContain("http-request set-header X-Lecture05-Peer %[src]");
    expect(frontend("metadata")).toContain("http-request set-header X-Lecture05-Appliance s3cret");
    expect(frontend("metadata")).toContain("http-request set-path /_lecture05/metadata/vpc-1%[path]");
  });

  it("never vouches for anything at the endpoint port", () => {
    expect(frontend("endpoint")).not.toContain("s3cret");
    expect(frontend("endpoint")).toContain("http-request deny if { path -m beg /_lecture05/ }");
  });
});

describe("a host's first files", () => {
  const host = {
    instanceId: "i-1",
    vpcId: "vpc-1",
    privateIp: "10.5.1.10",
    imageId: "ami-1",
    hostName: "ip-10-5-1-10",
  };
  const contentOf = (path: string, variables: Record<string, string>, userData?: string): string | undefined =>
    firstBootFiles({ ...host, ...(userData === undefined ? {} : { userData }) }, variables).find(
      (file) => file.path === path,
    )?.content;

  it("sets systemd's default environment, with what systemd would expand escaped", () => {
    const variables = { AWS_ENDPOINT_URL: "http://169.254.169.254:4566", http_proxy: 'http://me:p%40"ss@proxy:1' };
    expect(contentOf("/etc/systemd/system.conf.d/lecture05-sandbox.conf", variables)).toBe(
      '[Manager]\nDefaultEnvironment="AWS_ENDPOINT_URL=http://169.254.169.254:4566" "http_proxy=http://me:p%%40\\"ss@proxy:1"\n',
    );
  });

  it("keeps user data under the instance's own id, so that a clone runs its own", () => {
    expect(contentOf("/var/lib/cloud/instances/i-1/user-data.txt", {}, "echo hello")).toBe("echo hello");
    expect(contentOf("/var/lib/cloud/instances/i-1/user-data.txt", {})).toBeUndefined();
    expect(contentOf("/etc/machine-id", {})).toBe("");
  });
});

describe("load balancer", () => {
  it("answers 503 on each of its ports before it is told anything", () => {
    expect(initialConfiguration([80, 8080])).toContain("  bind :80\n  bind :8080\n  http-request return status 503");
  });

  it("is named by the part of its id that is its own", () => {
    expect(loadBalancerName("box", "app/web/0123456789abcdef")).toBe("lecture05-box-lb-0123456789abcdef");
  });
});

describe("database", () => {
  const spec = {
    id: "db-ABC",
    vpcId: "vpc-1",
    privateIp: "10.5.11.10",
    name: "orders.c0.ap-northeast-1.rds.amazonaws.com",
    port: 3307,
    maxConnections: 76,
    tls: { certificate: "CERTIFICATE", privateKey: "KEY", authority: "AUTHORITY" },
    first: { user: { name: "admin", passwordHash: "*ABCDEF" }, databaseName: "orders" },
  };
  const fileOf = (path: string) => databaseFiles(spec).find((file) => file.path === path);

  it("gets its port and connections, and its secrets for root alone", () => {
    expect(fileOf("/etc/mysql/lecture05.cnf")?.content).toMatch(/^port = 3307\n(.*\n)*max_connections = 76$/m);
    expect(databaseFiles(spec).filter(({ mode }) => mode !== 0o600)).toHaveLength(1);
    expect(fileOf("/etc/mysql/lecture05.cnf")?.content).not.toContain("ABCDEF");
    expect(fileOf("/etc/mysql/tls/server.key")?.content).toBe("KEY");
  });

  it("begins with its user and its own database, if it is to have one", () => {
    const { content = "" } = fileOf("/etc/mysql/first.sql") ?? {};
    expect(content).toContain("CREATE USER `admin`@`%` IDENTIFIED BY PASSWORD '*ABCDEF';\n");
    expect(content).toContain("CREATE DATABASE `orders`;\n");
    const without = databaseFiles({ ...spec, first: { user: spec.first.user } });
    expect(without.map((file) => file.content).join("")).not.toContain("CREATE DATABASE");
  });

  it("opens nothing before its packet filter stands, and never an unfinished storage", () => {
    const [wait, prepare, start] = ["ip route show 169.254.169.254", "data.new data", "exec mariadbd"].map((text) =>
      databaseBootScript.indexOf(text),
    );
    expect([wait, prepare, start].toSorted((a = 0, b = 0) => a - b)).toEqual([wait, prepare, start]);
    expect(wait).toBeGreaterThan(0);
  });

  it("has a container and volumes whose names Docker takes", () => {
    for (const name of [databaseName("box", "db-ABC"), snapshotVolumeName("box", "0123")]) {
      expect(name).toMatch(/^lecture05-box-[a-z0-9][a-z0-9-]+$/);
    }
  });
});

describe("labels", () => {
  it("say all that is needed to protect a container again", () => {
    const membership = {
      sandboxId: "box",
      role: "load-balancer" as const,
      vpcId: "vpc-1",
      vpcCidr: "10.5.0.0/16",
      privateIps: ["10.5.1.20", "10.5.2.20"],
      id: "app/web/0123456789abcdef",
    };
    expect(fromLabels(toLabels(membership))).toEqual(membership);
    const database = { ...membership, role: "database" as const, id: "db-ABC" };
    expect(fromLabels(toLabels(database))).toEqual(database);
  });

  it("are not found on a container of somebody else, nor on one that only has an image's labels", () => {
    expect(fromLabels({ "com.example": "x" })).toBeUndefined();
    expect(fromLabels({ "lecture05.image": "ami", "lecture05.role": "image" })).toBeUndefined();
  });
});
