import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { quote } from "./quote.ts";

/** A rule's conditions as HAProxy's: within one any value will do, and all of them must hold. */
export function conditionsOf(conditions: readonly RuleCondition[]): string {
  return conditions.flatMap(conditionOf).join(" ");
}

function conditionOf(condition: RuleCondition): string[] {
  switch (condition.Field) {
    case "path-pattern":
      return [anyOf("path -m reg", patterns(condition.PathPatternConfig?.Values ?? condition.Values))];
    case "host-header": {
      // Names have no case, and the port is not part of them.
      const values = condition.HostHeaderConfig?.Values ?? condition.Values;
      return [anyOf("req.hdr(host),field(1,:) -i -m reg", patterns(values))];
    }
    case "http-header": {
      const name = condition.HttpHeaderConfig?.HttpHeaderName ?? "";
      return [anyOf(`req.fhdr(${name}) -i -m reg`, patterns(condition.HttpHeaderConfig?.Values))];
    }
    case "http-request-method":
      return [anyOf("method", condition.HttpRequestMethodConfig?.Values ?? [])];
    case "source-ip":
      return [anyOf("src", condition.SourceIpConfig?.Values ?? [])];
    case "query-string": {
      const pairs = condition.QueryStringConfig?.Values ?? [];
      return [
        anyOf(
          "query -i -m reg",
          pairs.map(({ Key, Value = "" }) => `(^|&)${Key ? escape(Key) : "[^&=]*"}=${glob(Value)}(&|$)`),
        ),
      ];
    }
    default:
      return [];
  }
}

const anyOf = (test: string, values: readonly string[]): string => `{ ${test} ${values.map(quote).join(" ")} }`;

const patterns = (values: readonly string[] = []): string[] => values.map((value) => `^${glob(value)}$`);

/** ELB's wildcards: * is any text, ? any one character. */
const glob = (pattern: string): string => escape(pattern).replaceAll("\\*", ".*").replaceAll("\\?", ".");

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
