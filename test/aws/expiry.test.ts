import { DescribeTagsCommand as DescribeEc2Tags } from "@aws-sdk/client-ec2";
import { DescribeTagsCommand as DescribeElbTags } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetRoleCommand, ListInstanceProfileTagsCommand } from "@aws-sdk/client-iam";
import { GetBucketTaggingCommand } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { expiryTag } from "../../src/ports/expiry.ts";
import { bucket, stack, startStage, type Stage } from "../support/stage.ts";
import { make, partNames } from "../support/stack-parts.ts";

const end = "2026-01-02T07:00:00.000Z";

async function expiriesOf({ clients, sandbox }: Stage): Promise<Record<string, string[]>> {
  const values = (tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): string[] =>
    (tags ?? []).flatMap(({ Key, Value = "" }) => (Key === expiryTag ? [Value] : []));
  const ec2 = await (
    await clients.ec2()
  ).send(new DescribeEc2Tags({ Filters: [{ Name: "key", Values: [expiryTag] }] }));
  const { loadBalancers, targetGroups, listeners } = sandbox.world.elbv2.data;
  const arns = [loadBalancers, targetGroups, listeners].flatMap((it) => Object.keys(it));
  const elb = await (await clients.elbv2()).send(new DescribeElbTags({ ResourceArns: arns }));
  const iam = await clients.iam();
  const name = `${stack}-host`;
  const { TagSet } = await (await clients.s3()).send(new GetBucketTaggingCommand({ Bucket: bucket }));
  return {
    ec2: [...new Set(ec2.Tags?.map(({ ResourceType = "" }) => ResourceType))].toSorted(),
    elb: (elb.TagDescriptions ?? []).flatMap(({ Tags }) => values(Tags)),
    role: values((await iam.send(new GetRoleCommand({ RoleName: name }))).Role?.Tags),
    profile: values((await iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName: name }))).Tags),
    bucket: values(TagSet),
  };
}

it("tags everything of a stack with its end, and finds the latest", async () => {
  const stage = await startStage();
  await make(stage, partNames);
  const { expiry } = stage.ports;
  expect(await expiry.find(stack)).toBeUndefined();
  await expiry.tag(stack, end);
  expect(await expiriesOf(stage)).toEqual({
    ec2: [
      "instance",
      "internet-gateway",
      "network-interface",
      "route-table",
      "security-group",
      "subnet",
      "volume",
      "vpc",
    ],
    elb: [end, end, end],
    role: [end],
    profile: [end],
    bucket: [end],
  });
  expect(await expiry.find(stack)).toBe(end);
  expect(await expiry.find("another")).toBeUndefined();
  // The stack's own tags are still there: without them nothing would be found any more.
  expect(await stage.ports.objectStorage.ownsBucket(stack, bucket)).toBe(true);
  await expiry.tag(stack, undefined);
  expect(await expiry.find(stack)).toBeUndefined();
  expect((await expiriesOf(stage)).bucket).toEqual(["never"]);
});

it("makes an instance terminate itself, or only stop, also later", async () => {
  const stage = await startStage();
  await make(stage, partNames);
  const [instance] = await stage.ports.compute.findInstances(stack);
  const id = instance?.id ?? "";
  const behavior = () => stage.sandbox.world.ec2.data.instances[id]?.shutdownBehavior;
  expect(behavior()).toBe("stop");
  await stage.ports.compute.setEndsItself(id, true);
  expect(behavior()).toBe("terminate");
  await stage.ports.compute.setEndsItself(id, false);
  expect(behavior()).toBe("stop");
});
