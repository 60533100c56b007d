import {
  DescribeInstanceTypeOfferings$,
  type DescribeInstanceTypeOfferingsCommandInput,
  type DescribeInstanceTypeOfferingsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { filterItems, type FilterFields } from "../filter.ts";
import { instanceTypes } from "../instance-types.ts";
import { page } from "../page.ts";
import { zonesOf } from "../zones.ts";

interface Offering {
  readonly type: string;
  readonly location: string;
}

const fields: FilterFields<Offering> = {
  "instance-type": ({ type }) => type,
  location: ({ location }) => location,
};

/** Every type is offered everywhere. */
export const describeInstanceTypeOfferings = action(
  DescribeInstanceTypeOfferings$,
  (input: DescribeInstanceTypeOfferingsCommandInput, { region }) => {
    const LocationType = input.LocationType ?? "region";
    const locations = locationsOf(region, LocationType);
    const all = instanceTypes.flatMap(({ name }) => locations.map((location) => ({ type: name, location })));
    const idOf = ({ type, location }: Offering): string => `${type} ${location}`;
    const { items, NextToken } = page(filterItems(all, input.Filters, fields), input, idOf);
    const InstanceTypeOfferings = items.map(({ type, location }) => ({
      InstanceType: type as "t3.small",
      Location: location,
      LocationType,
    }));
    return { InstanceTypeOfferings, NextToken } satisfies ActionOutput<DescribeInstanceTypeOfferingsCommandOutput>;
  },
);

function locationsOf(region: string, type: string): string[] {
  if (type === "region") return [region];
  if (type === "availability-zone") return zonesOf(region).map(({ name }) => name);
  if (type === "availability-zone-id") return zonesOf(region).map(({ id }) => id);
  throw invalidValue(`Invalid value '${type}' for LocationType.`);
}
