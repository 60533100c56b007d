import {
  CreateImageCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  type CreateImageCommandInput,
} from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, it } from "vitest";
import { reconcileEc2 } from "../../../src/sandbox/ec2/reconcile.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import {
  describeInstance,
  launchInput,
  makeNetwork,
  runInstance,
  startEc2Sandbox,
  type Ec2Sandbox,
  type Network,
} from "./ec2-sandbox.ts";

let sandbox: Ec2Sandbox;
let ec2: Ec2Sandbox["ec2"];
let network: Network;
let source: string;

const root = (Encrypted: boolean) => [{ DeviceName: "/dev/xvda", Ebs: { Encrypted, VolumeSize: 12 } }];

beforeEach(async () => {
  sandbox = await startEc2Sandbox();
  ec2 = sandbox.ec2;
  network = await makeNetwork(sandbox);
  source = (await runInstance(sandbox, network, { BlockDeviceMappings: root(true) })).InstanceId ?? "";
});

const idle = () => sandbox.world.ec2.transitions.idle();
const create = async (more: Partial<CreateImageCommandInput> = {}): Promise<string> =>
  (await ec2.send(new CreateImageCommand({ InstanceId: source, Name: "golden", ...more }))).ImageId ?? "";
const image = async (id: string) =>
  (await ec2.send(new DescribeImagesCommand({ Owners: ["self"], ImageIds: [id] }))).Images?.[0];

describe("CreateImage", () => {
  it("is pending until the disk has been copied, with the host down meanwhile unless told otherwise", async () => {
    let copied = (): void => {};
    const captureImage = sandbox.runtime.captureImage.bind(sandbox.runtime);
    sandbox.runtime.captureImage = async (...given) => {
      await new Promise<void>((resolve) => (copied = resolve));
      await captureImage(...given);
    };
    const tags = [{ Key: "lecture05:stack", Value: "s" }];
    const TagSpecifications = (["image", "snapshot"] as const).map((ResourceType) => ({ ResourceType, Tags: tags }));
    const id = await create({ Description: "proved", TagSpecifications });
    expect(await image(id)).toMatchObject({ State: "pending", Public: false, SourceInstanceId: source });
    await expect(ec2.send(new RunInstancesCommand(launchInput(network, { ImageId: id })))).rejects.toMatchObject({
      name: "InvalidAMIID.Unavailable",
    });
    copied();
    await idle();
    const made = await image(id);
    expect(made).toMatchObject({
      State: "available",
      Name: "golden",
      Description: "proved",
      OwnerId: "000000000000",
      Tags: tags,
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: true, VolumeSize: 12 } }],
    });
    const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
    expect(Snapshots).toMatchObject([
      {
        SnapshotId: made?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId,
        State: "completed",
        Progress: "100%",
        Encrypted: true,
        VolumeSize: 12,
        Description: `Created by CreateImage(${source}) for ${id}`,
        Tags: tags,
      },
    ]);
    expect(sandbox.runtime.images.get(id)).toEqual({ instanceId: source, reboot: true });
    sandbox.runtime.captureImage = captureImage;
    const second = await create({ Name: "second", NoReboot: true });
    await idle();
    expect(sandbox.runtime.images.get(second)).toEqual({ instanceId: source, reboot: false });
  });

  it("takes a stopped instance, and says when it did not get the copy", async () => {
    let stopped = (): void => {};
    const stopHost = sandbox.runtime.stopHost.bind(sandbox.runtime);
    sandbox.runtime.stopHost = async (id) => {
      await new Promise<void>((resolve) => (stopped = resolve));
      await stopHost(id);
    };
    await ec2.send(new StopInstancesCommand({ InstanceIds: [source] }));
    await expect(create()).rejects.toMatchObject({ name: "IncorrectInstanceState" });
    stopped();
    await idle();
    sandbox.runtime.failNext.set("captureImage", new Error("no space left on device"));
    const failed = await create();
    await idle();
    expect(await image(failed)).toMatchObject({
      State: "failed",
      StateReason: { Message: "Server.InternalError: no space left on device" },
    });
    const id = await create({ Name: "again" });
    await idle();
    expect(await image(id)).toMatchObject({ State: "available" });
  });

  it("refuses a name that is taken or malformed, an unknown instance, and wrong tags", async () => {
    await create();
    await idle();
    await expect(create()).rejects.toMatchObject({ name: "InvalidAMIName.Duplicate" });
    await expect(create({ Name: "a" })).rejects.toMatchObject({ name: "InvalidAMIName.Malformed" });
    await expect(create({ Name: "other", InstanceId: "i-00000000000000000" })).rejects.toMatchObject({
      name: "InvalidInstanceID.NotFound",
    });
    const TagSpecifications = [{ ResourceType: "volume" as const, Tags: [] }];
    await expect(create({ Name: "other", TagSpecifications })).rejects.toMatchObject({ name: "InvalidParameterValue" });
    expect(Object.keys(sandbox.world.ec2.data.images)).toHaveLength(1);
  });
});

describe("an image", () => {
  it("is what new instances start from, encrypted as it is, and goes in two parts", async () => {
    const id = await create();
    await idle();
    const clone = await runInstance(sandbox, network, { ImageId: id });
    const volume = Object.values(sandbox.world.ec2.data.volumes).find(
      ({ attachment }) => attachment?.instanceId === clone.InstanceId,
    );
    expect(volume).toMatchObject({ encrypted: true, sizeGib: 12 });
    expect(sandbox.runtime.hosts.get(clone.InstanceId ?? "")).toMatchObject({ imageId: id });
    expect(sandbox.runtime.hosts.get(source)).not.toHaveProperty("imageId");

    const snapshotId = (await image(id))?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
    await ec2.send(new CreateTagsCommand({ Resources: [snapshotId ?? ""], Tags: [{ Key: "a", Value: "b" }] }));
    const remove = () => ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }));
    await expect(remove()).rejects.toMatchObject({ name: "InvalidSnapshot.InUse" });
    expect(await ec2.send(new DeregisterImageCommand({ ImageId: id }))).toMatchObject({ Return: true });
    await expect(image(id)).rejects.toMatchObject({ name: "InvalidAMIID.NotFound" });
    // The snapshot, and with it the copy of the disk, is there until it is deleted.
    expect(sandbox.runtime.images.has(id)).toBe(true);
    await remove();
    expect(sandbox.runtime.images.has(id)).toBe(false);
    await expect(remove()).rejects.toMatchObject({ name: "InvalidSnapshot.NotFound" });
    expect((await describeInstance(ec2, clone.InstanceId ?? "")).State?.Name).toBe("running");
  });

  it("takes its snapshot along when it is told to, and waits for a host that still starts from it", async () => {
    const id = await create();
    await idle();
    let begin = (): void => {};
    const launchHost = sandbox.runtime.launchHost.bind(sandbox.runtime);
    sandbox.runtime.launchHost = async (host) => {
      await new Promise<void>((resolve) => (begin = resolve));
      expect(sandbox.runtime.images.has(id)).toBe(true);
      await launchHost(host);
    };
    await ec2.send(new RunInstancesCommand(launchInput(network, { ImageId: id })));
    const gone = await ec2.send(new DeregisterImageCommand({ ImageId: id, DeleteAssociatedSnapshots: true }));
    expect(gone.DeleteSnapshotResults).toMatchObject([{ ReturnCode: "success" }]);
    expect((await ec2.send(new DescribeSnapshotsCommand({}))).Snapshots).toEqual([]);
    expect(sandbox.runtime.images.has(id)).toBe(true);
    begin();
    await idle();
    expect(sandbox.runtime.images.has(id)).toBe(false);
  });

  it("of Debian cannot be deregistered", async () => {
    const debian = (await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }))).Images?.[0]?.ImageId;
    await expect(ec2.send(new DeregisterImageCommand({ ImageId: debian }))).rejects.toMatchObject({
      name: "AuthFailure",
    });
  });

  it("is finished by the next daemon when this one is killed in the middle", async () => {
    const home = temporaryDirectory();
    const before = await startEc2Sandbox({ home });
    const its = await makeNetwork(before);
    const { InstanceId = "" } = await runInstance(before, its);
    before.runtime.captureImage = () => new Promise(() => {});
    const made = await before.ec2.send(new CreateImageCommand({ InstanceId, Name: "golden" }));
    before.world.ec2.transitions.idle = () => Promise.resolve();

    const after = await startEc2Sandbox({ home });
    const host = before.runtime.hosts.get(InstanceId);
    // It was down for the copy, which must not count as a shutdown of its own.
    if (host) after.runtime.hosts.set(InstanceId, { ...host, state: "stopped" });
    const captureImage = after.runtime.captureImage.bind(after.runtime);
    after.runtime.captureImage = async (...given) => {
      await captureImage(...given);
      await after.runtime.startHost(InstanceId);
    };
    await reconcileEc2(after.world);
    await after.world.ec2.transitions.idle();
    const { Images } = await after.ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
    expect(Images).toMatchObject([{ ImageId: made.ImageId, State: "available" }]);
    expect((await describeInstance(after.ec2, InstanceId)).State?.Name).toBe("running");
  });
});
