import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { readLogLines, type LogKind } from "../../../src/steps/s3/read-log-lines.ts";

const albKey = (stamp: string): string =>
  `alb/AWSLogs/1/elasticloadbalancing/r/x/1_elasticloadbalancing_r_app.d.0_${stamp}_10.5.1.1_a.log.gz`;
const albLine = (time: string): string => `http ${time} app/d/0 rest`;
const s3Line = (time: string): string => `0 b [${time} +0000] rest`;
const objects: Readonly<Record<string, Buffer>> = {
  "alb/AWSLogs/1/ELBAccessLogTestFile": Buffer.from("Enable AccessLog"),
  [albKey("20261130T0600Z")]: gzipSync(
    `${albLine("2026-11-30T05:57:00.000000Z")}\n${albLine("2026-11-30T05:59:00.1Z")}\n`,
  ),
  [albKey("20261129T0600Z")]: gzipSync(`${albLine("2026-11-29T05:57:00.000000Z")}\n`),
  "s3/2026-11-30-08-00-00-ABCDEF": Buffer.from(`${s3Line("30/Nov/2026:05:58:00")}\nno time\n`),
  "s3/notes.txt": Buffer.from(s3Line("30/Nov/2026:05:58:00")),
};

async function read(kind: LogKind, options: Parameters<typeof readLogLines>[2] = {}) {
  const fetched: string[] = [];
  const storage = {
    async *eachObject(_bucket: string, prefix: string) {
      for (const key of Object.keys(objects)) if (key.startsWith(prefix)) yield { key, sizeBytes: 1 };
    },
    async getObject(_bucket: string, key: string) {
      fetched.push(key);
      return objects[key];
    },
  };
  const times: string[] = [];
  for await (const { time } of readLogLines(storage, { bucket: "b", prefix: `${kind}/`, kind }, options))
    times.push(time.toISOString());
  return { times, fetched };
}

it("reads a load balancer's files, and not what is no log", async () => {
  const { times } = await read("alb");
  expect(times).toEqual(["2026-11-30T05:57:00.000Z", "2026-11-30T05:59:00.100Z", "2026-11-29T05:57:00.000Z"]);
});

it("reads a bucket's files", async () => {
  expect((await read("s3")).times).toEqual(["2026-11-30T05:58:00.000Z"]);
});

it("fetches no file that ended before the time, and shows no line before it", async () => {
  const { times, fetched } = await read("alb", { since: new Date("2026-11-30T05:58:00Z") });
  expect(times).toEqual(["2026-11-30T05:59:00.100Z"]);
  expect(fetched).toEqual([albKey("20261130T0600Z")]);
});

it("reads each file once", async () => {
  const seen = new Set<string>();
  await read("alb", { seen });
  expect((await read("alb", { seen })).fetched).toEqual([]);
});
