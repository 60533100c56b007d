import { FromStringShapeDeserializer } from "@smithy/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import { failure } from "./failures.ts";
import { membersOf, requiredMembersOf, traitsOf } from "./schema.ts";

type QueryProtocol = "ec2Query" | "awsQuery";
type AnyProtocol = QueryProtocol | "awsJson1_1" | "restXml";

/** A form's dotted keys as a tree: `Filter.1.Value.1=x` is Filter → 1 → Value → 1. */
interface FormNode {
  value?: string;
  readonly children: Map<string, FormNode>;
}

function treeOf(form: URLSearchParams): FormNode {
  const root: FormNode = { children: new Map() };
  for (const [key, value] of form) {
    let node = root;
    for (const part of key.split(".")) {
      let child = node.children.get(part);
      if (!child) node.children.set(part, (child = { children: new Map() }));
      node = child;
    }
    node.value = value;
  }
  return root;
}

function indexed(node: FormNode | undefined): FormNode[] {
  return [...(node?.children ?? [])]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

/** Reads scalars from text (query values, headers, labels) and refuses what is not of the modelled type. */
export class ScalarReader {
  private readonly deserializer: FromStringShapeDeserializer;

  constructor(private readonly protocol: AnyProtocol) {
    this.deserializer = new FromStringShapeDeserializer({
      timestampFormat: { useTrait: true, default: 5 },
      httpBindings: protocol === "restXml",
    });
  }

  read(schema: NormalizedSchema, text: string, name: string): unknown {
    let value: unknown;
    try {
      value = this.deserializer.read(schema, text);
    } catch {
      throw this.malformed(text, name);
    }
    const wrong =
      (schema.isNumericSchema() && (text.trim() === "" || Number.isNaN(Number(text)))) ||
      (schema.isTimestampSchema() && !(value instanceof Date && !Number.isNaN(value.getTime()))) ||
      (schema.isBooleanSchema() && !/^(true|false)$/i.test(text));
    if (wrong) throw this.malformed(text, name);
    return schema.isBooleanSchema() ? text.toLowerCase() === "true" : value;
  }

  private malformed(text: string, name: string): Error {
    return failure(this.protocol, "malformed-value", `Invalid value '${text}' for ${name}`);
  }
}

/** Builds an operation's input from a form, by EC2's rules (flat lists, capitalised keys) or those of the other Query services. */
export class QueryInputReader {
  private readonly scalars: ScalarReader;

  constructor(private readonly protocol: QueryProtocol) {
    this.scalars = new ScalarReader(protocol);
  }

  read(schema: NormalizedSchema, form: URLSearchParams): object {
    if (schema.isUnitSchema()) return {};
    const input = this.readStructure(schema, treeOf(form), "");
    checkRequired(this.protocol, schema, input, "");
    return input;
  }

  private readAny(schema: NormalizedSchema, node: FormNode, path: string): unknown {
    if (schema.isStructSchema()) return this.readStructure(schema, node, path);
    if (schema.isListSchema()) return this.readList(schema, node, path);
    if (schema.isMapSchema()) return this.readMap(schema, node, path);
    return this.scalars.read(schema, node.value ?? "", path);
  }

  private readStructure(schema: NormalizedSchema, node: FormNode, path: string): object {
    const entries: [string, unknown][] = [];
    for (const [name, member] of membersOf(schema)) {
      const key = this.keyOf(name, member);
      const child = node.children.get(key);
      if (child) entries.push([name, this.readAny(member, child, path ? `${path}.${key}` : key)]);
    }
    return Object.fromEntries(entries);
  }

  private keyOf(name: string, member: NormalizedSchema): string {
    const traits = traitsOf(member);
    const key = traits.xmlName ?? name;
    if (this.protocol === "awsQuery") return key;
    return traits.ec2QueryName ?? key.charAt(0).toUpperCase() + key.slice(1);
  }

  private readList(schema: NormalizedSchema, node: FormNode, path: string): unknown[] {
    const item = schema.getValueSchema();
    const flat = this.protocol === "ec2Query" || traitsOf(schema).xmlFlattened !== undefined;
    const items = indexed(flat ? node : node.children.get(traitsOf(item).xmlName ?? "member"));
    return items.map((child, index) => this.readAny(item, child, `${path}.${index + 1}`));
  }

  private readMap(schema: NormalizedSchema, node: FormNode, path: string): object {
    const [key, value] = [schema.getKeySchema(), schema.getValueSchema()];
    const keyName = traitsOf(key).xmlName ?? "key";
    const valueName = traitsOf(value).xmlName ?? "value";
    const entries = indexed(traitsOf(schema).xmlFlattened === undefined ? node.children.get("entry") : node);
    return Object.fromEntries(
      entries.map((entry, index) => [
        entry.children.get(keyName)?.value ?? "",
        this.readAny(value, entry.children.get(valueName) ?? { children: new Map() }, `${path}.${index + 1}`),
      ]),
    );
  }
}

/** Refuses an input without a required member, also in nested structures. */
export function checkRequired(protocol: AnyProtocol, schema: NormalizedSchema, value: unknown, path: string): void {
  if (value === undefined || value === null) return;
  if (schema.isListSchema() && Array.isArray(value)) {
    value.forEach((item, index) => checkRequired(protocol, schema.getValueSchema(), item, `${path}.${index + 1}`));
    return;
  }
  if (schema.isUnitSchema() || !schema.isStructSchema() || schema.isUnionSchema() || typeof value !== "object") return;
  const input = value as Readonly<Record<string, unknown>>;
  for (const name of requiredMembersOf(schema)) {
    if (input[name] === undefined) throw missing(protocol, path ? `${path}.${name}` : name);
  }
  for (const [name, member] of membersOf(schema)) {
    if (!member.isStreaming()) checkRequired(protocol, member, input[name], path ? `${path}.${name}` : name);
  }
}

function missing(protocol: AnyProtocol, path: string): Error {
  if (protocol === "ec2Query" || protocol === "restXml") {
    return failure(protocol, "missing-parameter", `The request must contain the parameter ${path}`);
  }
  const member = path.charAt(0).toLowerCase() + path.slice(1);
  return failure(
    protocol,
    "missing-parameter",
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}
