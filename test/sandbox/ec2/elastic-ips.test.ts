import {
  AllocateAddressCommand,
  CreateTagsCommand,
  DescribeAddressesCommand,
  ReleaseAddressCommand,
} from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { startEc2Sandbox } from "./ec2-sandbox.ts";

const tagged = (value: string) => [
  { ResourceType: "elastic-ip" as const, Tags: [{ Key: "lecture05:stack", Value: value }] },
];

test("an address is the account's own until it is released", async () => {
  const { ec2 } = await startEc2Sandbox();
  const made = await ec2.send(new AllocateAddressCommand({ Domain: "vpc", TagSpecifications: tagged("one") }));
  expect(made).toMatchObject({ Domain: "vpc", PublicIp: expect.stringMatching(/^127\.0\.6\.\d+$/) });
  const other = await ec2.send(new AllocateAddressCommand({ TagSpecifications: tagged("two") }));
  expect(other.PublicIp).not.toBe(made.PublicIp);

  const Filters = [{ Name: "tag:lecture05:stack", Values: ["one"] }];
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({ Filters }));
  expect(Addresses).toMatchObject([{ AllocationId: made.AllocationId, PublicIp: made.PublicIp }]);
  expect(Addresses?.[0]).not.toHaveProperty("AssociationId");
  const byIp = await ec2.send(new DescribeAddressesCommand({ PublicIps: [other.PublicIp ?? ""] }));
  expect(byIp.Addresses?.map(({ AllocationId }) => AllocationId)).toEqual([other.AllocationId]);
  const tags = { Resources: [made.AllocationId ?? ""], Tags: [{ Key: "k", Value: "v" }] };
  await ec2.send(new CreateTagsCommand(tags));

  await ec2.send(new ReleaseAddressCommand({ AllocationId: made.AllocationId }));
  await expect(ec2.send(new ReleaseAddressCommand({ AllocationId: made.AllocationId }))).rejects.toMatchObject({
    name: "InvalidAllocationID.NotFound",
  });
  expect((await ec2.send(new DescribeAddressesCommand({ Filters }))).Addresses).toEqual([]);
});

test("the quota of five is one of five, also for those who ask at once", async () => {
  const { ec2 } = await startEc2Sandbox();
  const asked = await Promise.allSettled(
    Array.from({ length: 7 }, () => ec2.send(new AllocateAddressCommand({ Domain: "vpc" }))),
  );
  const made = asked.flatMap((it) => (it.status === "fulfilled" ? [it.value.PublicIp] : []));
  expect(new Set(made).size).toBe(5);
  const refused = asked.flatMap((it) => (it.status === "rejected" ? [(it.reason as Error).name] : []));
  expect(refused).toEqual(["AddressLimitExceeded", "AddressLimitExceeded"]);
});

test("what is not there or cannot be had is refused in EC2's words", async () => {
  const { ec2 } = await startEc2Sandbox();
  const refusal = (send: Promise<unknown>, name: string) => expect(send).rejects.toMatchObject({ name });
  await refusal(
    ec2.send(new DescribeAddressesCommand({ AllocationIds: ["eipalloc-0a"] })),
    "InvalidAllocationID.NotFound",
  );
  await refusal(ec2.send(new DescribeAddressesCommand({ PublicIps: ["127.0.6.9"] })), "InvalidAddress.NotFound");
  await refusal(ec2.send(new AllocateAddressCommand({ Domain: "standard" })), "InvalidParameterValue");
  await refusal(ec2.send(new AllocateAddressCommand({ Address: "192.0.2.1" })), "InvalidParameterCombination");
  await refusal(ec2.send(new ReleaseAddressCommand({ PublicIp: "127.0.6.9" })), "MissingParameter");
});
