import { describe, expect, it } from "vitest";
import { applianceConfiguration } from "../../../src/sandbox/docker/appliance.ts";
import { firstBootFiles } from "../../../src/sandbox/docker/hosts.ts";
import { initialConfiguration } from "../../../src/sandbox/docker/load-balancers.ts";
import { fromLabels, loadBalancerName, toLabels } from "../../../src/sandbox/docker/names.ts";

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
  });

  it("are not found on a container of somebody else, nor on one that only has an image's labels", () => {
    expect(fromLabels({ "com.example": "x" })).toBeUndefined();
    expect(fromLabels({ "lecture05.image": "ami", "lecture05.role": "image" })).toBeUndefined();
  });
});
