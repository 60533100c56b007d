import {
  DescribeAccountLimits$,
  type DescribeAccountLimitsCommandInput,
  type DescribeAccountLimitsCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { page } from "../page.ts";

/** AWS's defaults. The sandbox itself has no limits. */
const limits = Object.entries({
  "application-load-balancers": 50,
  "network-load-balancers": 50,
  "listeners-per-application-load-balancer": 50,
  "rules-per-application-load-balancer": 100,
  "listeners-per-network-load-balancer": 50,
  "target-groups": 3000,
  "target-groups-per-action-on-application-load-balancer": 5,
  "target-groups-per-application-load-balancer": 100,
  "targets-per-application-load-balancer": 1000,
  "targets-per-availability-zone-per-application-load-balancer": 500,
}).map(([Name, Max]) => ({ Name, Max: String(Max) }));

export const describeAccountLimits = action(
  DescribeAccountLimits$,
  (input: DescribeAccountLimitsCommandInput): ActionOutput<DescribeAccountLimitsCommandOutput> => {
    const { items, nextMarker } = page(limits, ({ Name }) => Name, input);
    return { Limits: items, NextMarker: nextMarker };
  },
);
