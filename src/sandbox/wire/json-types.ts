import type { NormalizedSchema } from "@smithy/core/schema";
import { failure } from "./failures.ts";
import { membersOf } from "./schema.ts";

/** Refuses a JSON input whose values are not of the modelled types, before an action stumbles over them. */
export function checkTypes(schema: NormalizedSchema, value: unknown): void {
  if (value === undefined || value === null || schema.isDocumentSchema()) return;
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw unexpected(value);
    for (const item of value) checkTypes(schema.getValueSchema(), item);
  } else if (schema.isMapSchema()) {
    if (!isObject(value)) throw unexpected(value);
    for (const item of Object.values(value)) checkTypes(schema.getValueSchema(), item);
  } else if (schema.isStructSchema()) {
    if (!isObject(value)) throw unexpected(value);
    for (const [name, member] of membersOf(schema)) checkTypes(member, value[name]);
  } else if (!isScalar(schema, value)) throw unexpected(value);
}

function isScalar(schema: NormalizedSchema, value: unknown): boolean {
  if (schema.isBooleanSchema()) return typeof value === "boolean";
  if (schema.isNumericSchema()) return typeof value === "number" || typeof value === "bigint";
  if (schema.isTimestampSchema()) return value instanceof Date && !Number.isNaN(value.getTime());
  if (schema.isBlobSchema()) return value instanceof Uint8Array;
  return !schema.isStringSchema() || typeof value === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unexpected(value: unknown): Error {
  const kind = Array.isArray(value) ? "list" : typeof value;
  return failure("awsJson1_1", "malformed-body", `Unexpected ${kind} in the request's body`);
}
