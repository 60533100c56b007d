import { NormalizedSchema } from "@smithy/core/schema";
import type { Schema, SchemaRef } from "@smithy/types";
import type { Action } from "./action.ts";

/** The Smithy traits that decide about the wire, as the SDK's static schemas spell them. */
export interface Traits {
  /** Method, URI template and success status. */
  readonly http?: readonly [string, string, number];
  readonly httpLabel?: unknown;
  readonly httpHeader?: string;
  readonly httpQuery?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpPayload?: unknown;
  readonly httpResponseCode?: unknown;
  readonly xmlName?: string;
  readonly xmlFlattened?: unknown;
  readonly ec2QueryName?: string;
}

export interface Operation {
  readonly name: string;
  readonly action: Action;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  readonly http: readonly [string, string, number] | undefined;
}

/** A structure schema: [kind, namespace, name, traits, member names, member schemas, number of required members]. */
type StructureTuple = readonly [number, string, string, unknown, readonly string[], readonly SchemaRef[], number?];

export function operationOf(action: Action): Operation {
  const [, , , traits, input, output] = action.schema;
  return {
    name: action.name,
    action,
    input: NormalizedSchema.of(input as SchemaRef),
    output: NormalizedSchema.of(output as SchemaRef),
    http: (traits as Traits | undefined)?.http,
  };
}

export function traitsOf(schema: NormalizedSchema): Traits {
  return schema.getMergedTraits();
}

/** The members of a structure; none for operations without input or output. */
export function membersOf(schema: NormalizedSchema): [string, NormalizedSchema][] {
  return schema.isUnitSchema() || !schema.isStructSchema() ? [] : [...schema.structIterator()];
}

/** Names and schemas of a structure's members as they stand in the static schema. */
export function structureOf(schema: NormalizedSchema): { names: readonly string[]; schemas: readonly SchemaRef[] } {
  if (schema.isUnitSchema()) return { names: [], schemas: [] };
  const tuple = schema.getSchema() as unknown as StructureTuple;
  return { names: tuple[4], schemas: tuple[5] };
}

/** The SDK's schemas list required members first and then say how many these are. */
export function requiredMembersOf(schema: NormalizedSchema): readonly string[] {
  const tuple = schema.getSchema() as unknown;
  if (!Array.isArray(tuple)) return [];
  const [, , , , names, , required] = tuple as unknown as StructureTuple;
  return Array.isArray(names) ? names.slice(0, required ?? 0) : [];
}

/** A member's schema: a scalar's number, or a function for structures, because a tuple here means "schema with traits". */
export type MemberSchema = SchemaRef | (() => SchemaRef);

/** A structure made up here, for the envelopes that a protocol puts around an operation's output. */
export function structure(name: string, members: readonly (readonly [string, MemberSchema])[]): Schema {
  return [
    3,
    "lecture05.wire",
    name,
    0,
    members.map(([member]) => member),
    members.map(([, schema]) => schema),
  ] as unknown as Schema;
}
