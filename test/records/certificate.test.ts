import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { certificateOf, saveCertificate, type DestroyFacts } from "../../src/records/certificate.ts";
import { sizeText } from "../../src/records/size-text.ts";

const facts: DestroyFacts = {
  stack: "blue",
  target: "aws",
  region: "ap-northeast-1",
  account: "123456789012",
  startedAt: new Date("2026-01-02T03:04:05.678Z"),
  finishedAt: new Date("2026-01-02T03:06:05.678Z"),
  answers: [
    {
      service: "elbv2",
      subject: "load-balancers",
      calls: [
        { operation: "DescribeLoadBalancers", requestId: "request-1" },
        { operation: "DescribeTags", requestId: "" },
      ],
      found: [],
    },
    { service: "autoscaling", subject: "groups", calls: [], found: [] },
  ],
  deleted: [
    {
      type: "elbv2:load-balancer",
      id: "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/blue/1",
    },
  ],
  kept: [],
};

describe("a certificate", () => {
  it("tells what was asked, heard and deleted, without the account", () => {
    const certificate = certificateOf(facts);
    expect(certificate).toMatchObject({
      result: "0 left, $0.00/h",
      account: "********9012",
      startedAt: "2026-01-02T03:04:05.678Z",
      costPerHour: { currency: "USD", amount: 0 },
      asked: [
        { service: "elbv2", subject: "load-balancers", found: 0 },
        { service: "autoscaling", subject: "groups", found: 0 },
      ],
      deleted: [{ id: "arn:aws:elasticloadbalancing:ap-northeast-1:********9012:loadbalancer/app/blue/1" }],
    });
    expect(JSON.stringify(certificate)).not.toContain("123456789012");
  });

  it("counts what is kept, and what its storage costs", () => {
    const kept = [{ type: "s3:bucket", id: "blue-bucket", objects: 3, sizeBytes: 1e12 }] as const;
    const certificate = certificateOf({ ...facts, kept });
    // A terabyte at 0.025 dollars per GB and month.
    expect(certificate.result).toBe("0 left, $0.03/h");
    expect(certificateOf({ ...facts, kept, target: "sandbox" }).result).toBe("0 left, $0.00/h");
  });

  it("is saved in both forms, for its owner alone, each in a directory of its own", async () => {
    const state = mkdtempSync(join(tmpdir(), "lecture05 証明-"));
    onTestFinished(() => rmSync(state, { recursive: true, force: true }));
    const directory = await saveCertificate(state, certificateOf(facts));
    expect(directory).toBe(join(state, "certificates", "blue-20260102T030605Z"));
    expect(readdirSync(directory).toSorted()).toEqual(["certificate.json", "certificate.txt"]);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const text = readFileSync(join(directory, "certificate.txt"), "utf8");
    expect(text).toContain("lecture05: certificate of removal / 削除証明書\n");
    expect(text).toContain("  Stack / スタック: blue (AWS ********9012, ap-northeast-1)\n");
    expect(text).toContain("  ELB          load-balancers       0\n         DescribeLoadBalancers request-1\n");
    expect(text).toContain("  Auto Scaling groups               0\n");
    expect(text).toContain("Deleted in this run / 今回削除したもの (1)\n");
    expect(text).toContain("SSM keeps the text");
    expect(text).not.toContain("123456789012");
    const later = { ...facts, finishedAt: new Date("2026-01-02T04:00:00.000Z") };
    expect(await saveCertificate(state, certificateOf(later))).not.toBe(directory);
  });
});

describe("a size", () => {
  it.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1000, "1.0 KB"],
    [1_234_567, "1.2 MB"],
    [999_960, "1.0 MB"],
    [5e12, "5.0 TB"],
    [5e16, "50000.0 TB"],
  ])("%d: %s", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});
