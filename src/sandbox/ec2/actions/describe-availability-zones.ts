import {
  DescribeAvailabilityZones$,
  type DescribeAvailabilityZonesCommandInput,
  type DescribeAvailabilityZonesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { filterItems, type FilterFields } from "../filter.ts";
import { zonesOf } from "../zones.ts";

export const describeAvailabilityZones = action(
  DescribeAvailabilityZones$,
  (input: DescribeAvailabilityZonesCommandInput, { region }) => {
    const zones = zonesOf(region);
    const wanted = [...(input.ZoneNames ?? []), ...(input.ZoneIds ?? [])];
    const unknown = wanted.find((it) => !zones.some(({ name, id }) => name === it || id === it));
    if (unknown !== undefined) throw invalidValue(`Invalid availability zone: [${unknown}]`);
    const fields: FilterFields<(typeof zones)[number]> = {
      "group-name": () => `${region}-zg-1`,
      message: () => undefined,
      "opt-in-status": () => "opt-in-not-required",
      "region-name": () => region,
      state: () => "available",
      "zone-id": ({ id }) => id,
      "zone-name": ({ name }) => name,
      "zone-type": () => "availability-zone",
    };
    const chosen = zones.filter(({ name, id }) => wanted.length === 0 || wanted.includes(name) || wanted.includes(id));
    const AvailabilityZones = filterItems(chosen, input.Filters, fields).map(({ name, id }) => ({
      ZoneName: name,
      ZoneId: id,
      ZoneType: "availability-zone",
      RegionName: region,
      GroupName: `${region}-zg-1`,
      NetworkBorderGroup: region,
      OptInStatus: "opt-in-not-required" as const,
      State: "available" as const,
      Messages: [],
    }));
    return { AvailabilityZones } satisfies ActionOutput<DescribeAvailabilityZonesCommandOutput>;
  },
);
