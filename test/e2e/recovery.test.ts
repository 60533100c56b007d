import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type Instance,
} from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { rootCredentials } from "../../src/sandbox/launcher.ts";
import { InstalledPackage } from "../support/installed-package.ts";

const run = promisify(execFile);
const docker = (args: readonly string[]): Promise<{ stdout: string }> => run("docker", args);
const limit = { timeout: 60_000, interval: 250 };
const Bucket = "recovery";

let tool: InstalledPackage;

interface Running {
  readonly pid: number;
  readonly port: number;
}

const daemon = (): Running => JSON.parse(readFileSync(join(tool.sandboxHome, "daemon.json"), "utf8")) as Running;

function config() {
  const credentials = rootCredentials(tool.sandboxHome);
  if (!credentials) throw new Error("the sandbox has no root key");
  const endpoint = `http://127.0.0.1:${daemon().port}`;
  return { region: "ap-northeast-1", endpoint, credentials, forcePathStyle: true };
}

async function instances(): Promise<Instance[]> {
  const { Reservations = [] } = await new EC2Client(config()).send(new DescribeInstancesCommand({}));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

async function living(): Promise<Instance> {
  const instance = (await instances()).find(({ State }) => State?.Name === "running");
  if (!instance) throw new Error("no instance runs");
  return instance;
}

/** The names of the sandbox's containers that hold a role, running or not. */
async function containers(role?: string): Promise<string[]> {
  const id = readFileSync(join(tool.sandboxHome, "sandbox-id"), "utf8");
  const filters = [`label=lecture05.sandbox=${id}`, ...(role ? [`label=lecture05.role=${role}`] : [])];
  const { stdout } = await docker(["ps", "-a", "--format", "{{.Names}}", ...filters.flatMap((it) => ["--filter", it])]);
  return stdout.split("\n").filter(Boolean);
}

const killAll = async (): Promise<unknown> => docker(["kill", ...(await containers())]);
/** Through the load balancer's name as it is now: another program may have taken its address while it was down. */
async function page(): Promise<string> {
  try {
    const { LoadBalancers } = await new ElasticLoadBalancingV2Client(config()).send(
      new DescribeLoadBalancersCommand({}),
    );
    const answer = await fetch(`http://${LoadBalancers?.[0]?.DNSName}/`, { signal: AbortSignal.timeout(2_000) });
    return await answer.text();
  } catch (error) {
    return (error as Error).message;
  }
}
const metadata = (): Promise<string> =>
  tool.onHost(`token=$(curl -sm 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
curl -sm 2 -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/instance-id || echo none`);

/** A web server that comes up with the host, on port 80: Perl is in every Debian. */
const serve = `cat > /usr/local/bin/serve <<'END'
#!/usr/bin/perl
use IO::Socket::INET;
my $l = IO::Socket::INET->new(LocalPort => 80, Listen => 50, ReuseAddr => 1) or die;
while (my $c = $l->accept) { while (defined(my $x = <$c>)) { last if $x !~ /\\S/ }
  print $c "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nhello"; close $c }
END
chmod 755 /usr/local/bin/serve
printf '[Service]\\nExecStart=/usr/local/bin/serve\\n[Install]\\nWantedBy=multi-user.target\\n' > /etc/systemd/system/serve.service
systemctl enable --now serve`;

async function balance(): Promise<void> {
  const elb = new ElasticLoadBalancingV2Client(config());
  const ec2 = new EC2Client(config());
  const { InstanceId = "", VpcId, SecurityGroups = [] } = await living();
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const publicOnes = Subnets.filter(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch).map(
    ({ SubnetId = "" }) => SubnetId,
  );
  const GroupId = SecurityGroups[0]?.GroupId ?? "";
  // The load balancer is in the hosts' group, which lets itself in, and this machine in.
  const IpPermissions = [
    { IpProtocol: "tcp", FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId }] },
    { IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "127.0.0.1/32" }] },
  ];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  const subnets = publicOnes.length > 1 ? publicOnes : Subnets.slice(0, 2).map(({ SubnetId = "" }) => SubnetId);
  const made = await elb.send(
    new CreateLoadBalancerCommand({ Name: "recovery", Subnets: subnets, SecurityGroups: [GroupId] }),
  );
  const settings = {
    Name: "recovery",
    Protocol: "HTTP",
    Port: 80,
    VpcId,
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
  } as const;
  const group = await elb.send(new CreateTargetGroupCommand(settings));
  const TargetGroupArn = group.TargetGroups?.[0]?.TargetGroupArn;
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: InstanceId }] }));
  const LoadBalancerArn = made.LoadBalancers?.[0]?.LoadBalancerArn;
  const DefaultActions = [{ Type: "forward" as const, TargetGroupArn }];
  await elb.send(new CreateListenerCommand({ LoadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions }));
}

async function unbalance(): Promise<void> {
  const elb = new ElasticLoadBalancingV2Client(config());
  for (const { LoadBalancerArn } of (await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? []) {
    const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    for (const { ListenerArn } of Listeners) await elb.send(new DeleteListenerCommand({ ListenerArn }));
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  }
  for (const { TargetGroupArn } of (await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? []) {
    await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
  }
}

beforeAll(async () => {
  tool = await InstalledPackage.install("e2e-recovery");
  await tool.ok("up", "--to", "ec2");
  await tool.onHost(serve);
  await balance();
  const s3 = new S3Client(config());
  const CreateBucketConfiguration = { LocationConstraint: "ap-northeast-1" } as const;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "kept" }));
  await vi.waitUntil(async () => (await page()) === "hello", limit);
});

afterAll(async () => {
  await tool?.remove();
});

/** The host with its address and its data, behind its packet filter, the page, the metadata service, the objects. */
async function everythingIsBack(before: Instance): Promise<void> {
  await expect.poll(page, limit).toBe("hello");
  const { InstanceId, PrivateIpAddress } = await living();
  expect({ InstanceId, PrivateIpAddress }).toEqual({
    InstanceId: before.InstanceId,
    PrivateIpAddress: before.PrivateIpAddress,
  });
  expect((await metadata()).trim()).toBe(InstanceId);
  // From this machine the group lets port 80 in and nothing else.
  await tool.onHost(
    "systemd-run --quiet perl -MIO::Socket::INET -e '$l = IO::Socket::INET->new(LocalPort => 81, Listen => 5); sleep 5'",
  );
  await expect(fetch(`http://${PrivateIpAddress}:81/`, { signal: AbortSignal.timeout(1_000) })).rejects.toThrow();
  const { Body } = await new S3Client(config()).send(new GetObjectCommand({ Bucket, Key: "k" }));
  expect(await Body?.transformToString()).toBe("kept");
}

describe("the sandbox comes back", () => {
  it("after a reboot of the machine: daemon and containers are gone at once, then `sandbox start`", async () => {
    const before = await living();
    process.kill(daemon().pid, "SIGKILL");
    await killAll();
    await tool.ok("sandbox", "start");
    await everythingIsBack(before);
  });

  it("by itself after a restart of the engine, which takes every container down", async () => {
    const before = await living();
    await killAll();
    await everythingIsBack(before);
  });

  it("when its stopped containers and networks were pruned: the network, the appliance and the load balancer are made again", async () => {
    const before = await living();
    await tool.ok("sandbox", "stop");
    const [appliance = "", balancer = ""] = [
      ...(await containers("appliance")),
      ...(await containers("load-balancer")),
    ];
    await docker(["rm", "-f", appliance, balancer]);
    const { stdout } = await docker(["network", "ls", "--format", "{{.Name}}", "--filter", `name=${before.VpcId}`]);
    await docker(["network", "rm", ...stdout.split("\n").filter(Boolean)]);
    await tool.ok("sandbox", "start");
    await everythingIsBack(before);
  });
});

describe("what is removed behind its back", () => {
  it("is made again: the endpoint appliance", async () => {
    const before = await living();
    await docker(["rm", "-f", ...(await containers("appliance"))]);
    await expect.poll(() => metadata().then((text) => text.trim()), limit).toBe(before.InstanceId);
  });

  it("is made again: the load balancer", async () => {
    await docker(["rm", "-f", ...(await containers("load-balancer"))]);
    const { LoadBalancers } = await new ElasticLoadBalancingV2Client(config()).send(
      new DescribeLoadBalancersCommand({}),
    );
    expect(["provisioning", "active"]).toContain(LoadBalancers?.[0]?.State?.Code);
    await expect.poll(page, limit).toBe("hello");
    expect(await containers("load-balancer")).toHaveLength(1);
  });

  it("ends itself: a host whose time is over; `up` makes another", async () => {
    const before = await living();
    await tool.ok("up", "--to", "ec2", "--ttl", "5m");
    // Nobody waits five minutes for a clock here: the moment that the host looks at is moved into the past.
    const over = "sed -i 's/-lt [0-9]*/-lt 0/' /usr/local/lib/lecture05/expire";
    // Started by a timer, as in truth; the answer to this command has left by then.
    await tool.ok("exec", "--", `${over} && systemd-run -q --on-active=1 systemctl start lecture05-expiry.service`);
    await expect
      .poll(async () => (await instances()).find(({ InstanceId }) => InstanceId === before.InstanceId), limit)
      .toMatchObject({ State: { Name: "terminated" }, StateReason: { Code: "Client.InstanceInitiatedShutdown" } });
    await tool.ok("up", "--to", "ec2", "--ttl", "none");
    expect((await living()).InstanceId).not.toBe(before.InstanceId);
  });

  it("is described as terminated: a host; `up` makes another, and `destroy` leaves nothing", async () => {
    const before = await living();
    await docker(["rm", "-f", ...(await containers("host"))]);
    await expect
      .poll(async () => (await instances()).find(({ InstanceId }) => InstanceId === before.InstanceId), limit)
      .toMatchObject({ State: { Name: "terminated" }, StateReason: { Code: "Server.InternalError" } });
    await tool.ok("up", "--to", "ec2");
    expect((await living()).InstanceId).not.toBe(before.InstanceId);
    await unbalance();
    const left = await tool.cli("destroy", "--yes", "--json");
    expect(left.code, left.stdout + left.stderr).toBe(0);
    expect(await containers()).toEqual([]);
  });
});
