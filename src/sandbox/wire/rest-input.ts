import type { Readable } from "node:stream";
import { XmlShapeDeserializer } from "@aws-sdk/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import { failure } from "./failures.ts";
import { checkRequired, ScalarReader } from "./query-input.ts";
import { membersOf, traitsOf, type Operation } from "./schema.ts";
import type { WireRequest } from "./wire-request.ts";

export interface RestBody {
  readonly stream: Readable;
  collect(): Promise<Buffer>;
}

/** Builds an operation's input from path, query, headers and body of a REST-XML request. */
export class RestInputReader {
  private readonly scalars = new ScalarReader("restXml");
  private readonly xml: XmlShapeDeserializer;

  constructor(xmlNamespace: string) {
    this.xml = new XmlShapeDeserializer({
      timestampFormat: { useTrait: true, default: 5 },
      httpBindings: true,
      xmlNamespace,
      serviceNamespace: xmlNamespace,
    });
  }

  async read(
    operation: Operation,
    request: WireRequest,
    labels: Readonly<Record<string, string | undefined>>,
    body: RestBody,
  ): Promise<object> {
    const input: Record<string, unknown> = {};
    const inBody: string[] = [];
    for (const [name, member] of membersOf(operation.input)) {
      const traits = traitsOf(member);
      if (traits.httpPayload !== undefined) {
        const payload = await this.readPayload(member, body);
        if (payload !== undefined) input[name] = payload;
      } else if (traits.httpPrefixHeaders !== undefined) {
        const map = withPrefix(request.headers, traits.httpPrefixHeaders.toLowerCase());
        if (map) input[name] = map;
      } else if (traits.httpLabel !== undefined || traits.httpHeader !== undefined || traits.httpQuery !== undefined) {
        const text = textOf(name, member, request, labels);
        if (text !== undefined) input[name] = this.scalarOrList(member, text, name);
      } else inBody.push(name);
    }
    if (inBody.length > 0) Object.assign(input, await this.readMembers(operation.input, inBody, body));
    checkRequired("restXml", operation.input, input, "");
    return input;
  }

  private scalarOrList(member: NormalizedSchema, text: string, name: string): unknown {
    if (!member.isListSchema()) return this.scalars.read(member, text, name);
    const item = member.getValueSchema();
    return text.split(",").map((part) => this.scalars.read(item, part.trim(), name));
  }

  private async readPayload(member: NormalizedSchema, body: RestBody): Promise<unknown> {
    if (member.isStreaming()) return body.stream;
    const bytes = await body.collect();
    if (bytes.length === 0) return undefined;
    if (member.isStructSchema()) return this.readXml(member, bytes);
    return member.isBlobSchema() ? bytes : bytes.toString("utf8");
  }

  private async readMembers(schema: NormalizedSchema, names: readonly string[], body: RestBody): Promise<object> {
    const bytes = await body.collect();
    if (bytes.length === 0) return {};
    const value = this.readXml(schema, bytes) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]])));
  }

  private readXml(schema: NormalizedSchema, bytes: Buffer): unknown {
    try {
      return this.xml.read(schema, bytes);
    } catch {
      throw failure(
        "restXml",
        "malformed-body",
        "The XML you provided was not well-formed or did not validate against our published schema",
      );
    }
  }
}

function textOf(
  name: string,
  member: NormalizedSchema,
  request: WireRequest,
  labels: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const traits = traitsOf(member);
  if (traits.httpLabel !== undefined) return labels[name];
  if (traits.httpHeader !== undefined) return request.headers[traits.httpHeader.toLowerCase()];
  return request.query.get(traits.httpQuery ?? "") ?? undefined;
}

function withPrefix(headers: Readonly<Record<string, string>>, prefix: string): object | undefined {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return entries.length === 0
    ? undefined
    : Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}
