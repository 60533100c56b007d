import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { isIPv4 } from "node:net";
import { invalid, missing } from "./errors.ts";

/** Checks a rule's conditions as ELB does, and returns them. */
export function checkConditions(conditions: RuleCondition[] | undefined): RuleCondition[] {
  if (!conditions?.length) throw missing("conditions");
  for (const condition of conditions) checkCondition(condition);
  return conditions;
}

function checkCondition(condition: RuleCondition): void {
  const values = valuesOf(condition);
  if (values.length === 0) throw invalid(`A condition of the field '${condition.Field ?? ""}' must have a value`);
  if (values.some((value) => value.length === 0 || value.length > 128)) {
    throw invalid("A condition's value must have between 1 and 128 characters");
  }
  if (
    condition.Field === "http-header" &&
    !/^[A-Za-z0-9_.-]{1,40}$/.test(condition.HttpHeaderConfig?.HttpHeaderName ?? "")
  ) {
    throw invalid("A condition of the field 'http-header' must name a header");
  }
}

function valuesOf(condition: RuleCondition): string[] {
  switch (condition.Field) {
    case "path-pattern":
      return condition.PathPatternConfig?.Values ?? condition.Values ?? [];
    case "host-header":
      return condition.HostHeaderConfig?.Values ?? condition.Values ?? [];
    case "http-header":
      return condition.HttpHeaderConfig?.Values ?? [];
    case "http-request-method": {
      const methods = condition.HttpRequestMethodConfig?.Values ?? [];
      if (methods.some((method) => !/^[A-Z_-]{1,40}$/.test(method)))
        throw invalid("An HTTP request method is not valid");
      return methods;
    }
    case "source-ip": {
      const ranges = condition.SourceIpConfig?.Values ?? [];
      for (const range of ranges) {
        const [address = "", bits = ""] = range.split("/");
        if (!isIPv4(address) || !/^\d\d?$/.test(bits) || Number(bits) > 32)
          throw invalid(`'${range}' is not a valid CIDR`);
      }
      return ranges;
    }
    case "query-string":
      return (condition.QueryStringConfig?.Values ?? []).map(({ Value = "" }) => Value);
    default:
      throw invalid(
        `Condition field '${condition.Field ?? ""}' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'`,
      );
  }
}
