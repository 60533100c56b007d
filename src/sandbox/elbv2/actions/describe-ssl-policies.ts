import {
  DescribeSSLPolicies$,
  type DescribeSSLPoliciesCommandInput,
  type DescribeSSLPoliciesCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { page } from "../page.ts";
import { findPolicy, policyOutput, tlsPolicies } from "../ssl-policies.ts";

export const describeSslPolicies = action(
  DescribeSSLPolicies$,
  (input: DescribeSSLPoliciesCommandInput): ActionOutput<DescribeSSLPoliciesCommandOutput> => {
    const named = input.Names?.map((name) => {
      const found = findPolicy(name);
      if (!found) throw new AwsError("SSLPolicyNotFound", `SSL policy '${name}' not found`);
      return found;
    });
    const { items, nextMarker } = page(named?.length ? named : [...tlsPolicies], ({ name }) => name, input);
    return { SslPolicies: items.map(policyOutput), NextMarker: nextMarker };
  },
);
