import {
  DescribeRegions$,
  type DescribeRegionsCommandInput,
  type DescribeRegionsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { filterItems, type FilterFields } from "../filter.ts";

/** Those that need no opting in. The sandbox takes any region that a request is signed for. */
const regions = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
];

const endpointOf = (region: string): string => `ec2.${region}.amazonaws.com`;

const fields: FilterFields<string> = {
  endpoint: endpointOf,
  "opt-in-status": () => "opt-in-not-required",
  "region-name": (region) => region,
};

export const describeRegions = action(DescribeRegions$, (input: DescribeRegionsCommandInput) => {
  const unknown = input.RegionNames?.find((name) => !regions.includes(name));
  if (unknown !== undefined) throw invalidValue(`Invalid region names: [${unknown}]`);
  const chosen = input.RegionNames?.length ? input.RegionNames : regions;
  const Regions = filterItems(chosen, input.Filters, fields).map((region) => ({
    RegionName: region,
    Endpoint: endpointOf(region),
    OptInStatus: "opt-in-not-required",
  }));
  return { Regions } satisfies ActionOutput<DescribeRegionsCommandOutput>;
});
