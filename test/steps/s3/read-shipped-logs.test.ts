import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { readShippedLines } from "../../../src/steps/s3/read-shipped-logs.ts";

const now = new Date("2026-11-30T12:00:00Z");
const access = (time: string): string => `10.5.1.4 - - [${time}] "GET / HTTP/1.1" 200 512 "-" "curl" request_id=abc`;
const objects: Readonly<Record<string, string>> = {
  "logs/2026/11/28/i-1/access.log-235500-0.gz": access("28/Nov/2026:23:54:59 +0000"),
  "logs/2026/11/30/i-1/access.log-060500-120.gz": [
    access("30/Nov/2026:06:01:00 +0000"),
    access("30/Nov/2026:15:04:00 +0900"),
  ].join("\n"),
  "logs/2026/11/30/i-1/error.log-060500-0.gz": [
    "2026/11/30 06:02:00 [error] 812#812: *1 connect() to unix:/run/lecture05/puma.sock failed",
    "and a second line of it",
  ].join("\n"),
  "logs/2026/11/30/i-2/puma.log-060501-0.gz": [
    "without a time, and none before it",
    "2026-11-30T06:03:00+0000 ip-10-5-2-10 puma[71]: [abc] Completed 500 Internal Server Error",
    "2026-11-30T15:03:30+09:00 ip-10-5-2-10 puma[71]: later",
  ].join("\n"),
  "logs/2026/11/30/i-3/access.log-060500-0.gz": "never seen",
  "logs/2026/11/30/i-2/notes.txt": "of somebody else",
};

async function read(since: string) {
  const lists: string[] = [];
  const fetched: string[] = [];
  const storage = {
    async *eachObject(_bucket: string, prefix: string) {
      lists.push(prefix);
      for (const key of Object.keys(objects)) if (key.startsWith(prefix)) yield { key, sizeBytes: 1 };
    },
    async getObject(_bucket: string, key: string) {
      fetched.push(key);
      return key.includes("/i-3/") ? Buffer.from("no gzip") : gzipSync(objects[key] ?? "");
    },
  };
  const lines: string[] = [];
  for await (const { kind, instanceId, time, line } of readShippedLines(storage, "b", {
    since: new Date(since),
    now,
  })) {
    lines.push(`${time.toISOString().slice(11, 19)} ${kind} ${instanceId} ${line.slice(-12)}`);
  }
  return { lists, fetched, lines };
}

it("reads what Nginx and Rails logged, with the time of each line and the host that it is of", async () => {
  const { lines } = await read("2026-11-30T00:00:00Z");
  expect(lines).toEqual([
    "06:01:00 nginx i-1 quest_id=abc",
    "06:04:00 nginx i-1 quest_id=abc",
    "06:02:00 nginx i-1 .sock failed",
    "06:02:00 nginx i-1 d line of it",
    "06:05:01 rails i-2 ne before it",
    "06:03:00 rails i-2 Server Error",
    "06:03:30 rails i-2 a[71]: later",
  ]);
});

it("shows no line before the time, and fetches no file that was shipped before it", async () => {
  const { lines, fetched } = await read("2026-11-30T06:03:15Z");
  expect(lines.map((line) => line.slice(0, 8)).toSorted()).toEqual(["06:03:30", "06:04:00", "06:05:01"]);
  expect(fetched).toHaveLength(4);
  expect((await read("2026-11-30T06:30:00Z")).fetched).toEqual([]);
});

it("lists the days that are asked for, and all at once where they are many", async () => {
  expect((await read("2026-11-29T10:00:00Z")).lists).toEqual(["logs/2026/11/29/", "logs/2026/11/30/"]);
  const all = await read("2020-01-01T00:00:00Z");
  expect(all.lists).toEqual(["logs/"]);
  expect(all.lines[0]).toMatch(/^23:54:59 nginx i-1 /);
});
