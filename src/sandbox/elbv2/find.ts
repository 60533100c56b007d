import type { World } from "../world.ts";
import {
  invalid,
  listenerNotFound,
  loadBalancerNotFound,
  missing,
  ruleNotFound,
  targetGroupNotFound,
} from "./errors.ts";
import type { ListenerRecord, LoadBalancerRecord, RuleRecord, TargetGroupRecord } from "./store.ts";

type Records<T> = Readonly<Record<string, T>>;

const pick = <T>(records: Records<T>, arn: string): T | undefined =>
  Object.hasOwn(records, arn) ? records[arn] : undefined;

export function getLoadBalancer({ elbv2 }: World, arn: string | undefined): LoadBalancerRecord {
  if (!arn) throw missing("loadBalancerArn");
  if (!arn.includes(":loadbalancer/")) throw invalid(`'${arn}' is not a valid load balancer ARN`);
  const found = pick(elbv2.data.loadBalancers, arn);
  if (!found) throw loadBalancerNotFound(`Load balancer '${arn}' not found`);
  return found;
}

export function getTargetGroup({ elbv2 }: World, arn: string | undefined): TargetGroupRecord {
  if (!arn) throw missing("targetGroupArn");
  if (!arn.includes(":targetgroup/")) throw invalid(`'${arn}' is not a valid target group ARN`);
  const found = pick(elbv2.data.targetGroups, arn);
  if (!found) throw targetGroupNotFound();
  return found;
}

export function getListener({ elbv2 }: World, arn: string | undefined): ListenerRecord {
  if (!arn) throw missing("listenerArn");
  if (!arn.includes(":listener/")) throw invalid(`'${arn}' is not a valid listener ARN`);
  const found = pick(elbv2.data.listeners, arn);
  if (!found) throw listenerNotFound();
  return found;
}

export function getRule({ elbv2 }: World, arn: string | undefined): RuleRecord {
  if (!arn) throw missing("ruleArn");
  const found = pick(elbv2.data.rules, arn);
  if (!found) throw ruleNotFound();
  return found;
}

/** Those of the given names or ARNs, each of which must exist; all when neither is given. */
export function select<T extends { readonly arn: string; readonly name: string }>(
  records: Records<T>,
  by: { readonly names?: readonly string[] | undefined; readonly arns?: readonly string[] | undefined },
  notFound: (what?: string) => Error,
): T[] {
  if (by.names?.length && by.arns?.length) throw invalid("Names and ARNs cannot be specified at the same time");
  if (by.arns?.length) {
    return by.arns.map((arn) => {
      const found = pick(records, arn);
      if (!found) throw notFound();
      return found;
    });
  }
  const all = Object.values(records);
  if (!by.names?.length) return all;
  return by.names.map((name) => {
    const found = all.find((record) => record.name === name);
    if (!found) throw notFound();
    return found;
  });
}
