import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operatorPolicy } from "../../scripts/iam-policy/policy.ts";
import { holdAgainstModels } from "../support/api-models.ts";
import { WireRecorder } from "../support/wire-recorder.ts";
import type { CloudFacts } from "./recorded-run/authorization.ts";
import { authorizationsOf } from "./recorded-run/authorizations.ts";
import { needlessIn, permitsOf } from "./recorded-run/permissions.ts";
import { isByTool, noteFacts } from "./recorded-run/record.ts";
import { runCli, type Run } from "./support/child.ts";
import { startDockerDouble } from "./support/docker-double.ts";
import { DoubleCloud, region, stack } from "./support/double-cloud.ts";
import { inventoryOf } from "./support/inventory.ts";

// A stack in somebody else's VPC, with somebody else's role: everything works, and nothing of theirs is different afterwards.

let docker: Awaited<ReturnType<typeof startDockerDouble>>;
let cloud: DoubleCloud;
let theirs: Awaited<ReturnType<typeof makeNetwork>>;
const socketDirectory = mkdtempSync(join(tmpdir(), "lecture05-docker-"));

beforeAll(async () => {
  docker = await startDockerDouble(join(socketDirectory, "docker.sock"));
  cloud = await DoubleCloud.start();
  theirs = await makeNetwork(cloud);
  await makeProfiles(cloud);
});
afterAll(async () => {
  await cloud.stop();
  await docker.stop();
  rmSync(socketDirectory, { recursive: true, force: true });
});

/** A VPC as a company has it: two public subnets by way of a route table of their own, and one that is closed. */
async function makeNetwork({ clientConfig }: DoubleCloud) {
  const ec2 = new EC2Client(clientConfig);
  try {
    const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: "10.77.0.0/16" }))).Vpc?.VpcId ?? "";
    const InternetGatewayId = (await ec2.send(new CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId;
    await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
    const RouteTableId = (await ec2.send(new CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId;
    const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: InternetGatewayId };
    await ec2.send(new CreateRouteCommand(route));
    const make = async (third: number, zone: string): Promise<string> => {
      const request = { VpcId, CidrBlock: `10.77.${third}.0/24`, AvailabilityZone: `${region}${zone}` };
      return (await ec2.send(new CreateSubnetCommand(request))).Subnet?.SubnetId ?? "";
    };
    const [a, c, closed] = [await make(1, "a"), await make(2, "c"), await make(3, "c")];
    for (const SubnetId of [a, c]) await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    return { vpc: VpcId, a, c, closed };
  } finally {
    ec2.destroy();
  }
}

/** "company" as it should be, and "bare" whose role has no policy. */
async function makeProfiles({ clientConfig }: DoubleCloud): Promise<void> {
  const iam = new IAMClient(clientConfig);
  const statement = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  try {
    for (const name of ["company", "bare"]) {
      const [RoleName, InstanceProfileName] = [name, name];
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
      await iam.send(new AddRoleToInstanceProfileCommand({ RoleName, InstanceProfileName }));
    }
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
    await iam.send(new AttachRolePolicyCommand({ RoleName: "company", PolicyArn }));
  } finally {
    iam.destroy();
  }
}

const run = (...args: string[]): Promise<Run> => runCli(cloud, docker.host, [...args, "--json"]);
const done = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(...args);
  expect(code, stdout.slice(-3000) + stderr).toBe(0);
  return stdout;
};

describe("what cannot be used", () => {
  it("is refused before anything is made", async () => {
    const before = inventoryOf(cloud);
    const refused = await run("up", "--yes", "--subnets", theirs.a, "--subnets", theirs.closed);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('"code":"NETWORK_UNUSABLE"');
    expect(refused.stdout).toContain(`${theirs.closed} has no route 0.0.0.0/0 to an internet gateway`);
    expect(inventoryOf(cloud)).toEqual(before);
  });

  it.each([
    ["absent", "There is no instance profile absent in this account"],
    ["bare", "Its role bare has no policy at all"],
  ])("is refused likewise: the profile %s", async (name, why) => {
    const before = inventoryOf(cloud);
    const refused = await run("up", "--yes", "--instance-profile", name);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('"code":"PROFILE_UNUSABLE"');
    expect(refused.stdout).toContain(why);
    expect(inventoryOf(cloud)).toEqual(before);
  });

  it("is a usage error when only the VPC is named", async () => {
    const { code, stdout, stderr } = await run("up", "--yes", "--vpc", theirs.vpc);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain("It goes with --subnets");
  });
});

describe("what can", () => {
  it("serves the whole stack, is not named twice, and is as it was after destroy", async () => {
    const before = inventoryOf(cloud);
    const recorder = new WireRecorder();
    const facts: CloudFacts = { tags: {}, associations: {} };
    const named = ["--vpc", theirs.vpc, "--subnets", theirs.a, "--subnets", theirs.c, "--instance-profile", "company"];
    const plan = await done("plan", ...named);
    expect(plan).toContain(`in ${theirs.vpc} (${theirs.a}, ${theirs.c}), which is left as it is`);
    expect(plan).toContain("with the instance profile company (role company), which is left as it is");

    await done("up", "--yes", ...named);
    const { ec2, elbv2, iam } = cloud.world;
    expect(Object.keys(ec2.data.vpcs)).toEqual([theirs.vpc]);
    expect(Object.values(ec2.data.instances).map(({ subnetId }) => subnetId)).toEqual([theirs.a]);
    const [balancer] = Object.values(elbv2.data.loadBalancers);
    expect(balancer?.zones.map(({ subnetId }) => subnetId).toSorted()).toEqual([theirs.a, theirs.c].toSorted());

    expect(Object.values(iam.data.roles).map(({ name }) => name)).toEqual(["company", "bare"]);
    const bucketPolicy = cloud.world.s3.find(cloud.bucket)?.config.policy ?? "";
    expect(bucketPolicy).toContain('"Principal":{"AWS":"arn:aws:iam::000000000000:role/company"}');

    expect(await done("up", "--yes")).not.toContain("resource.created");
    await done("verify");
    await done("status", "--live");
    const other = await run("up", "--yes", "--instance-profile", "bare");
    expect(other.stdout).toContain("The hosts bear the instance profile company, and not bare");
    await done("diagnose");
    const drawing = await runCli(cloud, docker.host, ["diagram", "--format", "mermaid", "--no-redact", "--yes"]);
    for (const text of [theirs.vpc, "10.77.1.0/24", "10.77.2.0/24"])
      expect(drawing.stdout + drawing.stderr).toContain(text);

    noteFacts(cloud, facts);
    await done("destroy", "--yes");
    recorder.stop();
    expect(inventoryOf(cloud)).toEqual(before);

    // The policy for just these parts: nothing is refused, and nothing that was added for them could be left out.
    const modelled = await holdAgainstModels(recorder.exchanges.filter(isByTool));
    const all = (await Promise.all(modelled.map((it) => authorizationsOf(it, facts)))).flat();
    const questions = [...new Map(all.map((it) => [JSON.stringify(it), it])).values()];
    const network = { vpc: theirs.vpc, subnets: [theirs.a, theirs.c] };
    const policy = operatorPolicy(stack, network, { instanceProfile: "company", role: "company" });
    const permits = permitsOf(policy);
    for (const it of questions) expect(await permits(it), JSON.stringify(it)).not.toEqual([]);
    // The host stands in the first subnet; the second is the one to go to where that zone is full.
    const second = `UseGivenNetwork on arn:aws:ec2:*:*:subnet/${theirs.c}`;
    expect((await needlessIn(policy, questions)).filter((it) => it.includes("Given"))).toEqual([second]);
  });
});
