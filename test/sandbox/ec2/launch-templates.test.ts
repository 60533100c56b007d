import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeVolumesCommand,
  ModifyLaunchTemplateCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, it } from "vitest";
import { debianAmd64 } from "../../../src/sandbox/ec2/images.ts";
import {
  describeInstance,
  makeNetwork,
  makeProfile,
  startEc2Sandbox,
  type Ec2Sandbox,
  type Network,
} from "./ec2-sandbox.ts";

let sandbox: Ec2Sandbox;
let ec2: Ec2Sandbox["ec2"];
let network: Network;
let id: string;

const tag = (Value: string) => [{ Key: "lecture05:stack", Value }];

beforeEach(async () => {
  sandbox = await startEc2Sandbox();
  ec2 = sandbox.ec2;
  network = await makeNetwork(sandbox);
  await makeProfile(sandbox);
  const made = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: "web",
      VersionDescription: "first",
      ClientToken: "t",
      TagSpecifications: [{ ResourceType: "launch-template", Tags: tag("s") }],
      LaunchTemplateData: {
        ImageId: debianAmd64,
        InstanceType: "t3.small",
        IamInstanceProfile: { Name: "host" },
        UserData: Buffer.from("#!/bin/sh\n").toString("base64"),
        MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1 },
        NetworkInterfaces: [{ DeviceIndex: 0, Groups: [network.groupId], AssociatePublicIpAddress: true }],
        BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: true, VolumeType: "gp3", VolumeSize: 16 } }],
        TagSpecifications: (["instance", "volume"] as const).map((ResourceType) => ({ ResourceType, Tags: tag("s") })),
      },
    }),
  );
  id = made.LaunchTemplate?.LaunchTemplateId ?? "";
});

const run = async (more: Partial<RunInstancesCommandInput> = {}) => {
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      LaunchTemplate: { LaunchTemplateId: id },
      SubnetId: network.subnetId,
      MinCount: 1,
      MaxCount: 1,
      ...more,
    }),
  );
  await sandbox.world.ec2.transitions.idle();
  return describeInstance(ec2, Instances?.[0]?.InstanceId ?? "");
};

describe("a launch template", () => {
  it("is one for one client token and one name", async () => {
    const again = { LaunchTemplateName: "web", LaunchTemplateData: { KeyName: "k" } };
    await expect(ec2.send(new CreateLaunchTemplateCommand(again))).rejects.toMatchObject({
      name: "InvalidLaunchTemplateName.AlreadyExistsException",
    });
    await expect(ec2.send(new CreateLaunchTemplateCommand({ ...again, ClientToken: "t" }))).rejects.toMatchObject({
      name: "IdempotentParameterMismatch",
    });
    const other = new CreateLaunchTemplateCommand({ ...again, LaunchTemplateName: "other", ClientToken: "o" });
    const [one, two] = [await ec2.send(other), await ec2.send(other)];
    expect(two.LaunchTemplate).toEqual(one.LaunchTemplate);
    const Filters = [{ Name: "tag:lecture05:stack", Values: ["s"] }];
    const { LaunchTemplates } = await ec2.send(new DescribeLaunchTemplatesCommand({ Filters }));
    expect(LaunchTemplates).toMatchObject([
      {
        LaunchTemplateId: id,
        LaunchTemplateName: "web",
        DefaultVersionNumber: 1,
        LatestVersionNumber: 1,
        Tags: tag("s"),
      },
    ]);
  });

  it("gives an instance all that it says, and the request wins", async () => {
    const instance = await run();
    expect(instance).toMatchObject({
      ImageId: debianAmd64,
      InstanceType: "t3.small",
      SubnetId: network.subnetId,
      SecurityGroups: [{ GroupId: network.groupId }],
      PublicIpAddress: "10.5.1.10",
      MetadataOptions: { HttpTokens: "required" },
      IamInstanceProfile: { Arn: "arn:aws:iam::000000000000:instance-profile/host" },
    });
    expect(instance.Tags).toEqual(
      expect.arrayContaining([
        ...tag("s"),
        { Key: "aws:ec2launchtemplate:id", Value: id },
        { Key: "aws:ec2launchtemplate:version", Value: "1" },
      ]),
    );
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({}));
    expect(Volumes).toMatchObject([{ Encrypted: true, Size: 16, Tags: tag("s") }]);
    const own = await run({
      InstanceType: "t3.micro",
      TagSpecifications: [{ ResourceType: "instance", Tags: tag("other") }],
    });
    expect(own).toMatchObject({ InstanceType: "t3.micro", MetadataOptions: { HttpTokens: "required" } });
    expect(own.Tags).toEqual(expect.arrayContaining(tag("other")));
  });

  it("has versions: by number, the latest and the default one", async () => {
    const next = new CreateLaunchTemplateVersionCommand({
      LaunchTemplateName: "web",
      SourceVersion: "1",
      VersionDescription: "bigger",
      ClientToken: "v2",
      LaunchTemplateData: { InstanceType: "t3.medium" },
    });
    const [made, again] = [await ec2.send(next), await ec2.send(next)];
    expect(made.LaunchTemplateVersion).toMatchObject({
      VersionNumber: 2,
      DefaultVersion: false,
      LaunchTemplateData: { InstanceType: "t3.medium", ImageId: debianAmd64 },
    });
    expect(again.LaunchTemplateVersion?.VersionNumber).toBe(2);
    const versions = async (Versions?: string[]) =>
      (
        await ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions }))
      ).LaunchTemplateVersions?.map(({ VersionNumber }) => VersionNumber);
    expect(await versions()).toEqual([2, 1]);
    expect(await versions(["$Latest", "$Default"])).toEqual([2, 1]);
    expect((await run()).InstanceType).toBe("t3.small");
    expect((await run({ LaunchTemplate: { LaunchTemplateId: id, Version: "$Latest" } })).InstanceType).toBe(
      "t3.medium",
    );
    await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: id, DefaultVersion: "2" }));
    expect((await run()).InstanceType).toBe("t3.medium");
    const deleted = await ec2.send(
      new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: ["1", "2", "7"] }),
    );
    expect(deleted.SuccessfullyDeletedLaunchTemplateVersions).toMatchObject([{ VersionNumber: 1 }]);
    expect(deleted.UnsuccessfullyDeletedLaunchTemplateVersions).toMatchObject([
      { VersionNumber: 2 },
      { VersionNumber: 7, ResponseError: { Code: "launchTemplateVersionDoesNotExist" } },
    ]);
    await expect(run({ LaunchTemplate: { LaunchTemplateId: id, Version: "1" } })).rejects.toMatchObject({
      name: "InvalidLaunchTemplateId.VersionNotFound",
    });
  });

  it("is gone when it was deleted", async () => {
    await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName: "web" }));
    await expect(run()).rejects.toMatchObject({ name: "InvalidLaunchTemplateId.NotFound" });
    const named = run({ LaunchTemplate: { LaunchTemplateName: "web" } });
    await expect(named).rejects.toMatchObject({ name: "InvalidLaunchTemplateName.NotFoundException" });
    const both = run({ LaunchTemplate: { LaunchTemplateId: id, LaunchTemplateName: "web" } });
    await expect(both).rejects.toMatchObject({ name: "InvalidParameterCombination" });
  });
});
