import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeDurably } from "../durable-files.ts";
import type { SweepAnswer } from "../ports/sweep.ts";
import type { Kept } from "../steps/step.ts";
import { certificateText } from "./certificate-text.ts";
import { storageCostPerMonth } from "./storage-cost.ts";

/** What a destroy came to that left nothing. */
export interface DestroyFacts {
  readonly stack: string;
  readonly target: "sandbox" | "aws";
  readonly region: string;
  readonly account: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Of the sweep that found nothing. */
  readonly answers: readonly SweepAnswer[];
  readonly deleted: readonly { readonly type: string; readonly id: string }[];
  readonly kept: readonly Kept[];
}

/** The text of certificate.json. */
export interface Certificate {
  readonly schemaVersion: 1;
  readonly certificate: "destroy";
  /** "0 left, $0.00/h" */
  readonly result: string;
  readonly left: 0;
  readonly stack: string;
  readonly target: "sandbox" | "aws";
  readonly region: string;
  /** All but the last four digits hidden, here and in every ARN. */
  readonly account: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly costPerHour: { readonly currency: "USD"; readonly amount: number };
  readonly asked: readonly {
    readonly service: SweepAnswer["service"];
    readonly subject: string;
    /** How many were found, without what was kept. */
    readonly found: 0;
    readonly calls: readonly { readonly operation: string; readonly requestId: string }[];
  }[];
  /** In this run; what an earlier run deleted is in the work log. */
  readonly deleted: readonly { readonly type: string; readonly id: string }[];
  readonly kept: readonly Kept[];
}

const hoursPerMonth = 730;

export function certificateOf(facts: DestroyFacts): Certificate {
  const { stack, target, region, kept } = facts;
  const hidden = `${"*".repeat(Math.max(0, facts.account.length - 4))}${facts.account.slice(-4)}`;
  const hide = <T extends { readonly id: string }>(it: T): T => ({
    ...it,
    id: it.id.replaceAll(`:${facts.account}:`, `:${hidden}:`),
  });
  const storedBytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const amount = target === "sandbox" ? 0 : storageCostPerMonth(storedBytes) / hoursPerMonth;
  return {
    schemaVersion: 1,
    certificate: "destroy",
    result: `0 left, $${amount.toFixed(2)}/h`,
    left: 0,
    stack,
    target,
    region,
    account: hidden,
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    costPerHour: { currency: "USD", amount },
    asked: facts.answers.map(({ service, subject, calls }) => ({ service, subject, found: 0, calls })),
    deleted: facts.deleted.map(hide),
    kept: kept.map(hide),
  };
}

/** Writes certificate.json and certificate.txt into a directory of their own and returns it. */
export async function saveCertificate(stateDirectory: string, certificate: Certificate): Promise<string> {
  const time = certificate.finishedAt.replace(/[-:]|\.\d+/g, "");
  const directory = join(stateDirectory, "certificates", `${certificate.stack}-${time}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  await writeDurably(directory, "certificate.json", `${JSON.stringify(certificate, undefined, 1)}\n`);
  await writeDurably(directory, "certificate.txt", certificateText(certificate));
  return directory;
}
