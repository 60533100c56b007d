import type { NormalizedSchema } from "@smithy/core/schema";
import { membersOf, requiredMembersOf, traitsOf } from "../../../src/sandbox/wire/schema.ts";

const plain = ["a", "x1", "Z-9", "v.w_2"];
const awkward = [...plain, "a <&>\"'b", "é/ü+%20=&", "  lead trail ", "line1\nline2", "[1,2]", "日本語"];

/** Random inputs and outputs by schema; the same seed gives the same values. */
export class RandomValues {
  constructor(private seed: number) {}

  structure(schema: NormalizedSchema): Record<string, unknown> {
    return schema.isUnitSchema() ? {} : this.structureAt(schema, 0, false);
  }

  private random(): number {
    this.seed = (this.seed * 1103515245 + 12345) & 0x7fffffff;
    return this.seed / 0x7fffffff;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private value(schema: NormalizedSchema, depth: number, inHeader: boolean): unknown {
    const traits = traitsOf(schema);
    const header = inHeader || traits.httpHeader !== undefined || traits.httpPrefixHeaders !== undefined;
    if (schema.isStructSchema()) return this.structureAt(schema, depth, header);
    if (schema.isListSchema()) return this.some(() => this.value(schema.getValueSchema(), depth + 1, header));
    if (schema.isMapSchema()) {
      const entry = (index: number) => [`k${index}`, this.value(schema.getValueSchema(), depth + 1, header)] as const;
      return Object.fromEntries(this.some(entry));
    }
    // HTTP dates have no fractions of a second.
    if (schema.isTimestampSchema()) return new Date((1.7e9 + this.below(1e8)) * 1000);
    if (schema.isBooleanSchema()) return this.random() < 0.5;
    if (schema.isNumericSchema()) return this.below(1e6);
    if (schema.isBlobSchema()) return new Uint8Array([1, 2, 255, this.below(255)]);
    const texts = header || traits.httpLabel !== undefined ? plain : awkward;
    return texts[this.below(texts.length)];
  }

  private structureAt(schema: NormalizedSchema, depth: number, header: boolean): Record<string, unknown> {
    const members = membersOf(schema);
    const value: Record<string, unknown> = {};
    if (schema.isUnionSchema()) {
      const [name, member] = members[this.below(members.length)] ?? [];
      if (name !== undefined && member) value[name] = this.value(member, depth + 1, header);
      return value;
    }
    const required = new Set(requiredMembersOf(schema));
    for (const [name, member] of members) {
      const needed = required.has(name) || member.isIdempotencyToken();
      if (!needed && !(depth < 5 && this.random() < (depth > 0 ? 0.6 : 0.85))) continue;
      if (!needed && depth > 6 && isComposite(member)) continue;
      value[name] = this.value(member, depth + 1, header);
    }
    // An empty structure is not written by every protocol: give it something.
    const scalar = members.find(([, member]) => !isComposite(member)) ?? members[0];
    if (Object.keys(value).length === 0 && scalar && depth < 12) {
      value[scalar[0]] = this.value(scalar[1], depth + 1, header);
    }
    return value;
  }

  private some<Item>(make: (index: number) => Item): Item[] {
    return Array.from({ length: 1 + this.below(2) }, (_, index) => make(index));
  }
}

function isComposite(schema: NormalizedSchema): boolean {
  return schema.isStructSchema() || schema.isListSchema() || schema.isMapSchema();
}
