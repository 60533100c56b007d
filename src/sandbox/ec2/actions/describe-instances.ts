import {
  DescribeInstances$,
  type DescribeInstancesCommandInput,
  type DescribeInstancesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import { getInstances, kinds } from "../find.ts";
import { syncWithHosts } from "../host-sync.ts";
import { instanceFields } from "../instance-fields.ts";
import { instanceShape } from "../instance-shape.ts";
import type { InstanceRecord } from "../records.ts";
import { selectPage } from "../select.ts";

export const describeInstances = action(DescribeInstances$, async (input: DescribeInstancesCommandInput, { world }) => {
  await syncWithHosts(world);
  if (input.InstanceIds?.length) getInstances(world.ec2, input.InstanceIds);
  const { items, NextToken } = selectPage(world.ec2, input, {
    records: world.ec2.data.instances,
    kind: kinds.instance,
    ids: input.InstanceIds,
    fields: instanceFields(world),
  });
  const reservations = new Map<string, InstanceRecord[]>();
  for (const instance of items) {
    reservations.set(instance.reservationId, [...(reservations.get(instance.reservationId) ?? []), instance]);
  }
  const Reservations = [...reservations].map(([ReservationId, instances]) => ({
    ReservationId,
    OwnerId: sandboxAccount,
    Groups: [],
    Instances: instances.map((instance) => instanceShape(world, instance)),
  }));
  return { Reservations, NextToken } satisfies ActionOutput<DescribeInstancesCommandOutput>;
});
