import { CreateTagsCommand, RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { createSweep } from "../../src/aws/sweep.ts";
import type { Found, SweepAnswer } from "../../src/ports/sweep.ts";
import { debianAmd64 } from "../../src/sandbox/ec2/images.ts";
import { attachInterface } from "../../src/sandbox/ec2/interfaces.ts";
import { make, partNames, type Made } from "../support/stack-parts.ts";
import { bucket, region, stack, startStage, type Stage } from "../support/stage.ts";

const ask = (stage: Stage): Promise<SweepAnswer[]> => stage.ports.sweep.ask(stack, [bucket]);
const found = (answers: readonly SweepAnswer[]): Found[] => answers.flatMap((answer) => answer.found);
const byQuestion = (answers: readonly SweepAnswer[]): Record<string, string[]> =>
  Object.fromEntries(
    answers
      .filter((answer) => answer.found.length > 0)
      .map((answer) => [`${answer.service} ${answer.subject}`, answer.found.map(({ id }) => id)]),
  );

it("asks every service, and proves it by the request ids", async () => {
  const stage = await startStage();
  const answers = await ask(stage);
  expect(found(answers)).toEqual([]);
  expect(answers.map(({ service, subject }) => `${service} ${subject}`)).toEqual([
    "ec2 instances",
    "ec2 volumes",
    "ec2 snapshots",
    "ec2 images",
    "ec2 addresses",
    "ec2 network-interfaces",
    "ec2 security-groups",
    "ec2 route-tables",
    "ec2 internet-gateways",
    "ec2 subnets",
    "ec2 vpcs",
    "ec2 other-tagged",
    "elbv2 load-balancers",
    "elbv2 target-groups",
    "iam roles",
    "iam instance-profiles",
    "s3 buckets",
    "s3 log-files",
    "rds databases",
    "rds subnet-groups",
    "ssm parameters",
    "autoscaling groups",
  ]);
  for (const { calls, failure, subject } of answers) {
    expect(failure, subject).toBeUndefined();
    expect(calls.length, subject).toBeGreaterThan(0);
    expect(
      calls.map(({ requestId }) => requestId),
      subject,
    ).not.toContain("");
  }
  // The bucket that is not there is what proves that no log file is.
  const logFiles = answers.find(({ subject }) => subject === "log-files");
  expect(logFiles?.calls.map(({ operation }) => operation)).toEqual(["ListObjectVersions"]);
});

it("finds everything of a stack, and nothing of another one", async () => {
  const stage = await startStage();
  const made = await make(stage, partNames);
  const { data } = stage.sandbox.world.ec2;
  const seen = byQuestion(await ask(stage));
  expect(seen).toEqual({
    "ec2 instances": [made.instance],
    "ec2 volumes": Object.keys(data.volumes),
    "ec2 network-interfaces": expect.arrayContaining(Object.keys(data.networkInterfaces)) as string[],
    "ec2 security-groups": expect.arrayContaining([made.groups.host, made.groups.loadBalancer]) as string[],
    "ec2 route-tables": made.tables,
    "ec2 internet-gateways": [made.gateway],
    "ec2 subnets": expect.arrayContaining(made.subnets) as string[],
    "ec2 vpcs": [made.vpc],
    "elbv2 load-balancers": [made.loadBalancer],
    "elbv2 target-groups": [made.targetGroup],
    "iam roles": ["mine-host"],
    "iam instance-profiles": ["mine-host"],
    "s3 buckets": [bucket],
    "s3 log-files": [`${bucket}/logs/`],
  });
  // "min" begins like "mine-host", and has another tag.
  expect(found(await stage.ports.sweep.ask("min", ["min-bucket"]))).toEqual([]);
  expect(found(await stage.ports.sweep.ask("mine-host", ["none"]))).toEqual([]);
});

type Plant = (stage: Stage, made: Made) => Promise<Found>;
const tagged = { "lecture05:stack": stack };

/** Leftovers of kinds that no step makes or sees, each planted behind the back of the deletions. */
const plants: Readonly<Record<string, Plant>> = {
  "an image": async ({ sandbox: { world } }) => {
    const id = "ami-0123456789abcdef0";
    const { data } = world.ec2;
    data.images[id] = {
      id,
      name: "golden",
      description: "",
      ownerId: world.account,
      public: false,
      architecture: "x86_64",
      rootDevice: "/dev/xvda",
      snapshotId: "snap-0123456789abcdef0",
      sizeGib: 8,
      encrypted: false,
      state: "available",
      createdAt: "2026-01-02T03:04:05.000Z",
    };
    data.tags[id] = tagged;
    return { type: "ec2:image", id };
  },
  "an interface of our load balancer, which AWS does not tag": async ({ sandbox }, { vpc = "", subnets, groups }) => {
    const { id } = await attachInterface(sandbox.world, {
      vpcId: vpc,
      subnetId: subnets[0] ?? "",
      groupIds: [groups.host ?? ""],
      description: `ELB app/${stack}/50dc6c495c0c9188`,
      requesterId: "amazon-elb",
      member: { kind: "load-balancer", id: "50dc6c495c0c9188" },
    });
    return { type: "ec2:network-interface", id };
  },
  "something of a kind that has no question of its own": async ({ sandbox, clients }, { groups }) => {
    const [rule] = sandbox.world.ec2.data.securityGroups[groups.host ?? ""]?.rules ?? [];
    const Tags = Object.entries(tagged).map(([Key, Value]) => ({ Key, Value }));
    await (await clients.ec2()).send(new CreateTagsCommand({ Resources: [rule?.id ?? ""], Tags }));
    return { type: "ec2:security-group-rule", id: rule?.id ?? "" };
  },
  "a second bucket": async ({ ports }) => {
    await ports.objectStorage.createBucket({ stack, step: "s3", name: "second" }, "of-another-name");
    return { type: "s3:bucket", id: "of-another-name" };
  },
  "a role of another name": async ({ ports }) => {
    const trust = { Version: "2012-10-17", Statement: [] } as const;
    const Statement = [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }];
    await ports.identity.createRole({ stack, step: "ec2", name: "x" }, "mine-second", { ...trust, Statement });
    return { type: "iam:role", id: "mine-second" };
  },
};

it.each(Object.entries(plants))("finds %s", async (_label, plant) => {
  const stage = await startStage();
  const made = await make(stage, ["subnets", "rules"]);
  const before = found(await ask(stage));
  const planted = await plant(stage, made);
  const after = found(await ask(stage));
  expect(after).toContainEqual(planted);
  expect(after).toHaveLength(before.length + 1);
});

it("finds what destroy does not know, and then does not say that nothing is left", async () => {
  const stage = await startStage();
  const made = await make(stage, ["subnets", "rules"]);
  await plants["an image"]?.(stage, made);
  await expect(stage.destroy()).rejects.toMatchObject({
    code: "DESTROY_INCOMPLETE",
    detail: {
      why: {
        en: "ec2:image ami-0123456789abcdef0: carries the stack's tag, but no step made it: delete it yourself, or take the tag off",
      },
    },
  });
  expect(stage.sandbox.world.ec2.data.images).not.toEqual({});
  expect(stage.waitedMs()).toBe(15_000);
});

/** Answers of kinds that the sandbox has none of. */
it("understands addresses and snapshots as AWS describes them", async () => {
  const stage = await startStage();
  const ec2 = await stage.clients.ec2();
  const answers: Readonly<Record<string, object>> = {
    DescribeAddressesCommand: { Addresses: [{ AllocationId: "eipalloc-1", PublicIp: "203.0.113.9" }] },
    DescribeSnapshotsCommand: { Snapshots: [{ SnapshotId: "snap-1" }] },
  };
  const inputs: object[] = [];
  const middleware =
    (next: (call: { input: object }) => Promise<unknown>, context: { commandName?: string }) =>
    async (call: { input: object }) => {
      const answer = answers[context.commandName ?? ""];
      if (!answer) return next(call);
      inputs.push(call.input);
      return { output: { ...answer, $metadata: { requestId: "r" } } };
    };
  ec2.middlewareStack.add(middleware as never, { step: "initialize" });
  const sweep = createSweep(stage.clients, { region });
  expect(byQuestion(await sweep.ask(stack, [bucket]))).toEqual({
    "ec2 addresses": ["eipalloc-1"],
    "ec2 snapshots": ["snap-1"],
  });
  const Filters = [{ Name: "tag:lecture05:stack", Values: [stack] }];
  expect(inputs).toContainEqual({ Filters });
  expect(inputs).toContainEqual(expect.objectContaining({ OwnerIds: ["self"], Filters }));
});

it("does not count a terminated instance, nor what was deleted with it", async () => {
  const stage = await startStage();
  const { instance = "" } = await make(stage, ["instance"]);
  await (await stage.clients.ec2()).send(new TerminateInstancesCommand({ InstanceIds: [instance] }));
  await stage.sandbox.world.ec2.transitions.idle();
  expect(stage.sandbox.world.ec2.data.instances[instance]?.state).toBe("terminated");
  const ids = found(await ask(stage)).map(({ id }) => id);
  expect(ids).not.toContain(instance);
  expect(ids.filter((id) => id.startsWith("vol-") || id.startsWith("eni-"))).toEqual([]);
});

it("looks at every page", async () => {
  const stage = await startStage();
  const { subnets, groups } = await make(stage, ["subnets", "groups"]);
  const ec2 = await stage.clients.ec2();
  const Tags = Object.entries(tagged).map(([Key, Value]) => ({ Key, Value }));
  const launch = {
    ImageId: debianAmd64,
    InstanceType: "t3.small" as const,
    MinCount: 7,
    MaxCount: 7,
    SubnetId: subnets[0],
    SecurityGroupIds: [groups.host ?? ""],
    TagSpecifications: [{ ResourceType: "instance" as const, Tags }],
  };
  await ec2.send(new RunInstancesCommand(launch));
  const s3 = await stage.clients.s3();
  for (let number = 0; number < 5; number++) {
    await stage.ports.objectStorage.createBucket({ stack, step: "s3", name: "b" }, `mine-bucket-${number}`);
  }
  // Pages as small as the services allow.
  const shrink = (option: string, size: number) => (next: (call: object) => Promise<unknown>) => (call: object) =>
    next({ ...call, input: { ...(call as { input: object }).input, [option]: size } });
  const command = (name: string, option: string, size: number) =>
    ((next: (call: object) => Promise<unknown>, context: { commandName?: string }) =>
      context.commandName === name ? shrink(option, size)(next) : next) as never;
  ec2.middlewareStack.add(command("DescribeInstancesCommand", "MaxResults", 5), { step: "initialize" });
  s3.middlewareStack.add(command("ListBucketsCommand", "MaxBuckets", 2), { step: "initialize" });
  expect((await s3.send(new ListBucketsCommand({}))).Buckets).toHaveLength(2);

  const answers = await createSweep(stage.clients, { region }).ask(stack, [bucket]);
  const answer = (subject: string) => answers.find((it) => it.subject === subject);
  expect(answer("instances")?.found).toHaveLength(7);
  expect(answer("instances")?.calls).toHaveLength(2);
  expect(answer("buckets")?.found).toHaveLength(5);
  const listings = answer("buckets")?.calls.filter(({ operation }) => operation === "ListBuckets");
  expect(listings).toHaveLength(3);
});

it("says so when a service gives no answer, and goes on with the others", async () => {
  const stage = await startStage();
  await make(stage, ["bucket", "role"]);
  const iam = await stage.clients.iam();
  const refused = Object.assign(new Error("no"), { name: "AccessDenied" });
  iam.middlewareStack.add(() => () => Promise.reject(refused), { step: "initialize" });
  const answers = await createSweep(stage.clients, { region }).ask(stack, [bucket]);
  expect(answers.filter(({ failure }) => failure !== undefined)).toMatchObject([
    { service: "iam", subject: "roles", found: [], failure: refused },
    { service: "iam", subject: "instance-profiles", found: [], failure: refused },
  ]);
  expect(byQuestion(answers)).toEqual({ "s3 buckets": [bucket] });
});

it("does not take log files of somebody else's bucket of our name for ours", async () => {
  const stage = await startStage();
  await stage.ports.objectStorage.createBucket({ stack: "theirs", step: "s3", name: "bucket" }, bucket);
  const s3 = await stage.clients.s3();
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "logs/a", Body: "x" }));
  expect(found(await ask(stage))).toEqual([]);
});

it("finds what step database left, and nothing of another stack", async () => {
  const stage = await startStage();
  const { network, databases, parameters } = stage.ports;
  const named = (name: string, of: string) => ({ stack: of, step: "database", name }) as const;
  const vpc = await network.createVpc(named("vpc", "network"), "10.5.0.0/16");
  const zones = await network.availabilityZones();
  const subnetIds: string[] = [];
  for (const [index, availabilityZone] of zones.slice(0, 2).entries()) {
    const place = { vpcId: vpc.id, cidr: `10.5.${index}.0/24`, availabilityZone };
    subnetIds.push((await network.createSubnet(named(`private-${index}`, "network"), place)).id);
  }
  for (const of of ["mine", "mine-too"]) {
    await databases.createSubnetGroup(named("database", of), `${of}-database`, subnetIds, "a place");
    await parameters.putSecret(named("database-password", of), `/lecture05/${of}/database-password`, "a long secret");
    await databases.create(named("database", of), `${of}-database`, {
      subnetGroupName: `${of}-database`,
      groupIds: [],
      instanceClass: "db.t4g.micro",
      multiAz: false,
      databaseName: "lecture05",
      userName: "lecture05",
      password: "0123456789abcdef",
    });
  }
  expect(found(await ask(stage)).map(({ type, id }) => `${type} ${id}`)).toEqual([
    "rds:db-instance mine-database",
    "rds:db-subnet-group mine-database",
    "ssm:parameter /lecture05/mine/database-password",
  ]);
  for (const of of ["mine", "mine-too"]) {
    const wanted = { instanceClass: "db.t4g.micro", multiAz: false };
    await databases.waitUntilAvailable(of, `${of}-database`, wanted, 600_000);
  }
});
