import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isMutating, RequestLog, type RequestLogEntry } from "../../../src/sandbox/wire/request-log.ts";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "lecture05-log-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const entry = (requestId: string): RequestLogEntry => ({
  time: "2026-01-01T00:00:00.000Z",
  service: "ec2",
  operation: "DescribeVpcs",
  mutating: false,
  accessKeyId: "AKIA",
  status: 200,
  durationMs: 1,
  requestId,
});

describe("the request log", () => {
  it("goes on where it ended and keeps one old file", () => {
    const file = join(directory, "requests.ndjson");
    const ids = (name: string) =>
      readFileSync(name, "utf8")
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as RequestLogEntry).requestId);
    const first = new RequestLog(file, 300);
    first.append(entry("1"));
    first.close();
    const second = new RequestLog(file, 300);
    second.append(entry("2"));
    expect(ids(file)).toEqual(["1", "2"]);
    expect(existsSync(`${file}.1`)).toBe(false);
    second.append(entry("3"));
    expect(ids(file)).toEqual(["3"]);
    expect(ids(`${file}.1`)).toEqual(["1", "2"]);
    second.append(entry("4"));
    second.append(entry("5"));
    expect(ids(`${file}.1`)).toEqual(["3", "4"]);
    second.close();
  });

  it("counts as mutating what does not only read", () => {
    const reading = ["DescribeVpcs", "GetObject", "ListBuckets", "HeadObject", "LookupEvents", ""];
    expect(reading.filter(isMutating)).toEqual([]);
    const mutating = ["CreateVpc", "SendCommand", "PutObject", "AssumeRole", "RunInstances"];
    expect(mutating.filter(isMutating)).toEqual(mutating);
  });
});
