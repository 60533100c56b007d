import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { build } from "rolldown";
import { expect, inject, onTestFinished, test } from "vitest";
import { rootCredentials } from "../../src/sandbox/launcher.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { compare, compareBytes, compareFiles, Findings } from "./s3/compare.ts";
import { seeded } from "./s3/random.ts";
import { StoreProcess } from "./s3/store-process.ts";
import { Writer } from "./s3/writer.ts";
import { recordFaultFigure } from "./support/figures.ts";

const seed = 20_261_125;
/** Two stores are killed side by side, one for each core. */
const killsPerStore = 500;
/** A kill comes some writes after the start, so that a slow machine is not only ever killed in its first. */
const mostWrites = 8;
const longestMs = 15;
const everyByteEach = 50;

async function bundle(): Promise<string> {
  const directory = temporaryDirectory();
  await build({
    input: join(import.meta.dirname, "../support/s3-daemon-entry.ts"),
    platform: "node",
    resolve: { mainFields: ["module", "main"] },
    output: { dir: directory, format: "cjs", minify: true, entryFileNames: "[name].cjs" },
    logLevel: "silent",
  });
  return join(directory, "s3-daemon-entry.cjs");
}

/** A kill loses nothing that the kernel has, so that the disk would only take time. */
function homeInMemory(): string {
  if (!existsSync("/dev/shm")) return temporaryDirectory();
  const home = mkdtempSync("/dev/shm/lecture05 tést-");
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

interface Outcome {
  readonly kills: number;
  /** Kills that came while calls were under way. */
  readonly amid: number;
  readonly acknowledged: number;
}

/** Starts the store, lets four writers write, kills it at a random moment, compares, and so on. */
async function killOverAndOver(program: string, findings: Findings, random: () => number): Promise<Outcome> {
  const home = homeInMemory();
  const store = new StoreProcess(program, home, inject("codeCache"));
  onTestFinished(() => store.kill());
  let { port } = await store.start();
  const credentials = rootCredentials(home);
  if (!credentials) throw new Error("the store has no root key");
  const clientAt = (at: number): S3Client =>
    new S3Client({
      region: "ap-northeast-1",
      endpoint: `http://127.0.0.1:${at}`,
      credentials,
      maxAttempts: 1,
      forcePathStyle: true,
    });
  let client = clientAt(port);
  for (const Bucket of ["plain", "versioned"]) {
    const CreateBucketConfiguration = { LocationConstraint: "ap-northeast-1" } as const;
    await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  }
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: "versioned", VersioningConfiguration }));
  // Compiled code is kept by who comes to an end, which those who are killed do not.
  await store.stop();
  ({ port } = await store.start());
  client.destroy();
  client = clientAt(port);
  const groups = ["plain", "versioned"].map((bucket) =>
    ["a", "b"].map((name) => new Writer(bucket, name, random, bucket === "versioned")),
  );
  const writers = groups.flat();
  let amid = 0;
  for (let kill = 1; kill <= killsPerStore; kill++) {
    const enough = acknowledgements(writers, Math.floor(random() * (mostWrites + 1)));
    const writing = Promise.all(writers.map((writer) => writer.writeOn(client)));
    await enough;
    await sleep(random() * longestMs);
    await store.kill();
    await writing;
    client.destroy();
    if (writers.some(({ pending }) => pending)) amid++;
    ({ port } = await store.start());
    client = clientAt(port);
    const all = kill % everyByteEach === 0 || kill === killsPerStore;
    for (const group of groups) {
      await compare(client, group, findings);
      compareFiles(home, group, findings);
      for (const writer of group) await compareBytes(client, writer, all, findings);
    }
    // What follows a finding would only repeat it.
    if (findings.lost.length + findings.half.length + findings.leftovers.length > 0) break;
  }
  client.destroy();
  await store.kill();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  const acknowledged = writers.reduce((sum, writer) => sum + writer.acknowledged, 0);
  return { kills: killsPerStore, amid, acknowledged };
}

function acknowledgements(writers: readonly Writer[], count: number): Promise<void> {
  if (count === 0) return Promise.resolve();
  let left = count;
  return new Promise((resolve) => {
    for (const writer of writers) writer.onAcknowledged = () => (--left <= 0 ? resolve() : undefined);
  });
}

test("no acknowledged object is lost to kill -9, and no half one is seen", { timeout: 900_000 }, async () => {
  const program = await bundle();
  const findings = new Findings();
  const started = performance.now();
  const outcomes = await Promise.all([1, 2].map((store) => killOverAndOver(program, findings, seeded(seed + store))));
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, it) => total + of(it), 0);
  const [kills, amid, acknowledged] = [sum((it) => it.kills), sum((it) => it.amid), sum((it) => it.acknowledged)];
  const subject = "S3 writer kills";
  recordFaultFigure({ subject, counted: "kills", value: kills, promised: { atLeast: 1000 } });
  recordFaultFigure({ subject, counted: "kills amid writes", value: amid, promised: { atLeast: 900 } });
  const kept = acknowledged - findings.lost.length;
  recordFaultFigure({ subject, counted: "acknowledged writes kept", value: kept, of: acknowledged, promised: "all" });
  recordFaultFigure({ subject, counted: "half objects seen", value: findings.half.length, promised: { exactly: 0 } });
  recordFaultFigure({
    subject,
    counted: "files left over",
    value: findings.leftovers.length,
    promised: { exactly: 0 },
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  const { done, undone } = findings.unanswered;
  console.log(
    `${kills} kills in ${seconds} s, ${acknowledged} writes acknowledged; of ${done + undone} that were not answered ${done} took effect`,
  );
  expect(findings, `seed ${seed}`).toMatchObject({ lost: [], half: [], leftovers: [] });
  // Both fates were met, so the kills came before as well as after the moment at which a write counts.
  expect(done).toBeGreaterThan(0);
  expect(undone).toBeGreaterThan(0);
});
