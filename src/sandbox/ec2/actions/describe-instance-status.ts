import {
  DescribeInstanceStatus$,
  type DescribeInstanceStatusCommandInput,
  type DescribeInstanceStatusCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import type { FilterFields } from "../filter.ts";
import { getInstances, kinds } from "../find.ts";
import { syncWithHosts } from "../host-sync.ts";
import { stateShape } from "../instance-shape.ts";
import type { InstanceRecord } from "../records.ts";
import { selectPage } from "../select.ts";

/** A host that runs has passed: its container was only called running after its init had come up. */
function checksOf({ state }: InstanceRecord): "ok" | "initializing" | "not-applicable" {
  if (state === "running") return "ok";
  return state === "pending" ? "initializing" : "not-applicable";
}

const fields: FilterFields<InstanceRecord> = {
  "availability-zone": (it) => it.availabilityZone,
  "instance-state-code": (it) => stateShape(it.state).Code,
  "instance-state-name": (it) => it.state,
  "instance-status.reachability": (it) => reachability(it),
  "instance-status.status": checksOf,
  "system-status.reachability": (it) => reachability(it),
  "system-status.status": checksOf,
};

function reachability(instance: InstanceRecord): "passed" | "initializing" | undefined {
  const checks = checksOf(instance);
  if (checks === "not-applicable") return undefined;
  return checks === "ok" ? "passed" : "initializing";
}

function statusShape(instance: InstanceRecord) {
  const Status = reachability(instance);
  const Details = Status ? [{ Name: "reachability" as const, Status }] : [];
  return { Status: checksOf(instance), Details };
}

export const describeInstanceStatus = action(
  DescribeInstanceStatus$,
  async (input: DescribeInstanceStatusCommandInput, { world: { ec2 }, world }) => {
    await syncWithHosts(world);
    if (input.InstanceIds?.length) getInstances(ec2, input.InstanceIds);
    const wanted = Object.entries(ec2.data.instances).filter(
      ([, { state }]) => input.IncludeAllInstances === true || state === "running",
    );
    const records = Object.fromEntries(wanted);
    const ids = input.InstanceIds?.filter((id) => id in records);
    const { items, NextToken } =
      input.InstanceIds?.length && !ids?.length
        ? { items: [], NextToken: undefined }
        : selectPage(ec2, input, { records, kind: kinds.instance, ids, fields });
    const InstanceStatuses = items.map((instance) => ({
      InstanceId: instance.id,
      AvailabilityZone: instance.availabilityZone,
      InstanceState: stateShape(instance.state),
      InstanceStatus: statusShape(instance),
      SystemStatus: statusShape(instance),
    }));
    return { InstanceStatuses, NextToken } satisfies ActionOutput<DescribeInstanceStatusCommandOutput>;
  },
);
