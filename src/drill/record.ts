import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { replaceQuietly } from "../records/replace-quietly.ts";

export const drillKinds = ["host", "puma", "nginx", "database", "az"] as const;
export type DrillKind = (typeof drillKinds)[number];

const figure = z.number().nullable();
const recordSchema = z.object({
  kind: z.enum(drillKinds),
  /** What failed: the instance, or the one on which it was; the database; the zone. */
  subject: z.string(),
  stack: z.string(),
  startedAt: z.iso.datetime(),
  rate: z.number(),
  seconds: z.number(),
  /** Since the load began. */
  failedAtMs: z.number(),
  /** Who put the part back: the machine itself, or this command at the end because nobody else did. */
  restoredBy: z.enum(["itself", "drill"]),
  figures: z.object({
    requests: z.number(),
    failed: z.number(),
    failures: z.record(z.string(), z.number()),
    longestGapMs: z.number(),
    outOfRotationMs: figure,
    replacedMs: figure,
    healthyAgainMs: figure,
  }),
  /** One entry a column of the picture. */
  columnMs: z.number(),
  hosts: z.array(z.string()),
  columns: z.array(z.object({ answered: z.array(z.number()), failed: z.number() })),
});

/** One drill as it is kept for the report. */
export type DrillRecord = z.infer<typeof recordSchema>;

const folder = "drills";
/** Of each kind the last one is shown; older ones would only fill the directory. */
const nameOf = (kind: DrillKind): string => `${kind}.json`;

export function keepDrill(directory: string, record: DrillRecord): void {
  replaceQuietly(join(directory, folder), nameOf(record.kind), `${JSON.stringify(record)}\n`);
}

/** The last drill of each kind, in the order in which they ran. What cannot be read is left out. */
export function loadDrills(directory: string): DrillRecord[] {
  return drillKinds
    .flatMap((kind) => readOne(join(directory, folder, nameOf(kind))))
    .toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

function readOne(file: string): DrillRecord[] {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
