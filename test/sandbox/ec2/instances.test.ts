import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVolumesCommand,
  DetachInternetGatewayCommand,
  GetConsoleOutputCommand,
  ModifyInstanceMetadataOptionsCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, it } from "vitest";
import { debianArm64 } from "../../../src/sandbox/ec2/images.ts";
import {
  describeInstance,
  launchInput,
  makeNetwork,
  makeProfile,
  runInstance,
  startEc2Sandbox,
  type Ec2Sandbox,
  type Network,
} from "./ec2-sandbox.ts";

let sandbox: Ec2Sandbox;
let ec2: Ec2Sandbox["ec2"];
let network: Network;

beforeEach(async () => {
  sandbox = await startEc2Sandbox();
  ec2 = sandbox.ec2;
  network = await makeNetwork(sandbox);
});

const idle = () => sandbox.world.ec2.transitions.idle();
const run = (more: Partial<RunInstancesCommandInput> = {}) =>
  ec2.send(new RunInstancesCommand(launchInput(network, more)));

describe("RunInstances", () => {
  it("launches what the tool asks for: profile, metadata options, encrypted volume, public address, tags", async () => {
    await makeProfile(sandbox);
    const tags = [{ Key: "lecture05:stack", Value: "s" }];
    const { subnetId: SubnetId, groupId } = network;
    const request: Partial<RunInstancesCommandInput> = {
      SubnetId: undefined,
      SecurityGroupIds: undefined,
      IamInstanceProfile: { Name: "host" },
      UserData: Buffer.from("#!/bin/sh\necho hello\n").toString("base64"),
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId, Groups: [groupId], AssociatePublicIpAddress: true }],
      MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1, InstanceMetadataTags: "enabled" },
      BlockDeviceMappings: [
        {
          DeviceName: "/dev/xvda",
          Ebs: { Encrypted: true, VolumeType: "gp3", VolumeSize: 16, DeleteOnTermination: true },
        },
      ],
      TagSpecifications: (["instance", "volume", "network-interface"] as const).map((ResourceType) => ({
        ResourceType,
        Tags: tags,
      })),
    };
    const { Instances } = await run(request);
    const id = Instances?.[0]?.InstanceId ?? "";
    expect(Instances).toMatchObject([{ State: { Name: "pending" }, PrivateIpAddress: "10.5.1.10" }]);
    await idle();
    const instance = await describeInstance(ec2, id);
    expect(instance).toMatchObject({
      State: { Code: 16, Name: "running" },
      PublicIpAddress: "10.5.1.10",
      Placement: { AvailabilityZone: "ap-northeast-1a" },
      MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1 },
      IamInstanceProfile: { Arn: "arn:aws:iam::000000000000:instance-profile/host" },
      SecurityGroups: [{ GroupId: groupId, GroupName: "host" }],
      Tags: tags,
    });
    expect(instance.StateReason).toBeUndefined();
    const volumeId = instance.BlockDeviceMappings?.[0]?.Ebs?.VolumeId ?? "";
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [volumeId] }));
    expect(Volumes).toMatchObject([{ Encrypted: true, VolumeType: "gp3", Size: 16, State: "in-use", Tags: tags }]);
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
    expect(NetworkInterfaces).toMatchObject([{ MacAddress: "02:42:0a:05:01:0a", TagSet: tags }]);
    expect(sandbox.runtime.hosts.get(id)).toMatchObject({
      privateIp: "10.5.1.10",
      hostName: "ip-10-5-1-10",
      userData: "#!/bin/sh\necho hello\n",
    });
    const facts = sandbox.world.ec2.instanceByPrivateIp(network.vpcId, "10.5.1.10");
    expect(facts).toMatchObject({ instanceId: id, httpTokens: "required", tags: { "lecture05:stack": "s" } });
    expect(sandbox.world.ec2.instanceProfileName(id)).toBe("host");
    const associations = await ec2.send(new DescribeIamInstanceProfileAssociationsCommand({}));
    expect(associations.IamInstanceProfileAssociations).toMatchObject([{ InstanceId: id, State: "associated" }]);
  });

  it("makes one instance for one client token, also for two requests at a time", async () => {
    const [one, two] = await Promise.all([run({ ClientToken: "t" }), run({ ClientToken: "t" })]);
    expect(two?.Instances?.[0]?.InstanceId).toBe(one?.Instances?.[0]?.InstanceId);
    await expect(run({ ClientToken: "t", InstanceType: "t3.micro" })).rejects.toMatchObject({
      name: "IdempotentParameterMismatch",
    });
    expect(sandbox.runtime.hosts.size).toBe(1);
  });

  it("refuses what EC2 would refuse, without leaving anything", async () => {
    const refused = async (name: string, more: Partial<RunInstancesCommandInput>) =>
      expect(run(more)).rejects.toMatchObject({ name });
    await refused("InvalidAMIID.NotFound", { ImageId: "ami-00000000000000000" });
    await refused("InvalidAMIID.Malformed", { ImageId: "debian" });
    await refused("InvalidParameterValue", { InstanceType: "t9.huge" as "t3.small" });
    await refused("InvalidParameterValue", { ImageId: debianArm64 });
    await refused("InvalidSubnetID.NotFound", { SubnetId: "subnet-00000000000000000" });
    await refused("InvalidGroup.NotFound", { SecurityGroupIds: ["sg-00000000000000000"] });
    await refused("InvalidParameterValue", { PrivateIpAddress: "10.9.0.1" });
    await refused("InvalidParameterValue", { PrivateIpAddress: "10.5.1.1" });
    await refused("InvalidBlockDeviceMapping", {
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 1 } }],
    });
    await expect(run({ IamInstanceProfile: { Name: "nobody" } })).rejects.toMatchObject({
      name: "InvalidParameterValue",
      message: expect.stringContaining("Invalid IAM Instance Profile name") as string,
    });
    await run({ PrivateIpAddress: "10.5.1.77" });
    await refused("InvalidIPAddress.InUse", { PrivateIpAddress: "10.5.1.77" });
    expect(Object.keys(sandbox.world.ec2.data.networkInterfaces)).toHaveLength(1);
  });

  it("describes a launch that failed as terminated, with the reason, and frees the address", async () => {
    sandbox.runtime.failNext.set("launchHost", new Error("no space left on device"));
    const instance = await runInstance(sandbox, network);
    expect(instance).toMatchObject({
      State: { Name: "terminated" },
      StateReason: { Code: "Server.InternalError", Message: "Server.InternalError: no space left on device" },
    });
    expect((await runInstance(sandbox, network)).PrivateIpAddress).toBe("10.5.1.10");
  });
});

describe("an instance's life", () => {
  it("stops, starts, reboots and terminates for real", async () => {
    const { InstanceId: id = "" } = await runInstance(sandbox, network, {});
    const InstanceIds = [id];
    const stop = await ec2.send(new StopInstancesCommand({ InstanceIds }));
    expect(stop.StoppingInstances).toMatchObject([
      { PreviousState: { Name: "running" }, CurrentState: { Name: "stopping" } },
    ]);
    await idle();
    expect(sandbox.runtime.hosts.get(id)?.state).toBe("stopped");
    expect((await describeInstance(ec2, id)).StateReason?.Code).toBe("Client.UserInitiatedShutdown");
    const reboot = ec2.send(new RebootInstancesCommand({ InstanceIds }));
    await expect(reboot).rejects.toMatchObject({ name: "IncorrectInstanceState" });
    expect((await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds }))).InstanceStatuses).toEqual([]);
    await ec2.send(new StartInstancesCommand({ InstanceIds }));
    await idle();
    const { InstanceStatuses } = await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds }));
    expect(InstanceStatuses).toMatchObject([{ InstanceStatus: { Status: "ok" }, SystemStatus: { Status: "ok" } }]);
    await ec2.send(new RebootInstancesCommand({ InstanceIds }));
    await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    await idle();
    expect(sandbox.runtime.calls.slice(-2)).toEqual([`rebootHost ${id}`, `removeHost ${id}`]);
    const gone = await describeInstance(ec2, id);
    expect(gone).toMatchObject({ State: { Name: "terminated" }, NetworkInterfaces: [] });
    expect(gone.PrivateIpAddress).toBeUndefined();
    expect((await ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
    const start = ec2.send(new StartInstancesCommand({ InstanceIds }));
    await expect(start).rejects.toMatchObject({ name: "IncorrectInstanceState" });
    const unknown = ec2.send(new StopInstancesCommand({ InstanceIds: ["i-00000000000000000"] }));
    await expect(unknown).rejects.toMatchObject({ name: "InvalidInstanceID.NotFound" });
    await ec2.send(new GetConsoleOutputCommand({ InstanceId: id }));
  });

  it("does not come to life when it is terminated while it is launched", async () => {
    const { Instances } = await run();
    const InstanceIds = [Instances?.[0]?.InstanceId ?? ""];
    await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    await idle();
    expect((await describeInstance(ec2, InstanceIds[0] ?? "")).State?.Name).toBe("terminated");
    expect(sandbox.runtime.hosts.size).toBe(0);
  });

  it("holds the internet gateway while it has a public address", async () => {
    const { subnetId: SubnetId, groupId } = network;
    const NetworkInterfaces = [{ DeviceIndex: 0, SubnetId, Groups: [groupId], AssociatePublicIpAddress: true }];
    await runInstance(sandbox, network, { SubnetId: undefined, SecurityGroupIds: undefined, NetworkInterfaces });
    const detach = { InternetGatewayId: network.gatewayId, VpcId: network.vpcId };
    await expect(ec2.send(new DetachInternetGatewayCommand(detach))).rejects.toMatchObject({
      name: "DependencyViolation",
    });
  });

  it("changes its metadata options and is found by filters", async () => {
    const { InstanceId = "" } = await runInstance(sandbox, network);
    await ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpTokens: "required" }));
    const find = async (Name: string, Value: string) => {
      const answer = await ec2.send(new DescribeInstancesCommand({ Filters: [{ Name, Values: [Value] }] }));
      return answer.Reservations?.length;
    };
    expect(await find("metadata-options.http-tokens", "required")).toBe(1);
    expect(await find("instance-state-name", "run*")).toBe(1);
    expect(await find("private-ip-address", "10.5.1.1?")).toBe(1);
    expect(await find("instance.group-name", "nobody")).toBe(0);
  });
});
