import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Certificate } from "../../src/records/certificate.ts";
import { readState } from "../../src/state/read.ts";
import type { DestroyOptions } from "../../src/steps/step.ts";
import type { BucketData } from "../../src/steps/sweep.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices, type FakeServices } from "./support/services.ts";

const bucket = "lecture05-bucket";
const appData: BucketData = {
  bucket,
  uploads: { count: 2, sizeBytes: 1_234_567 },
  logs: { count: 3, sizeBytes: 10 },
  foreign: { count: 0, sizeBytes: 0, examples: [] },
};
const foreignData: BucketData = {
  ...appData,
  foreign: { count: 7, sizeBytes: 2500, examples: ["notes/thesis.txt", "a\nb"] },
};

/** A stack of two steps in a sandbox that runs. */
async function stack(): Promise<{ services: FakeServices; cwd: string; options: DestroyOptions[] }> {
  const services = fakeServices();
  services.sandboxStatus = { ...services.sandboxStatus, daemon: { pid: 1, port: 4566 } };
  const cwd = temporaryDirectory();
  await run(["up", "--to", "puma"], { services, cwd });
  services.sandboxCalls.length = 0;
  const options: DestroyOptions[] = [];
  for (const toy of services.toys) {
    const destroy = toy.destroy.bind(toy);
    toy.destroy = (ctx, given) => {
      options.push(given);
      return destroy(ctx, given);
    };
  }
  return { services, cwd, options };
}

const stateOf = (cwd: string) => readState(join(cwd, ".lecture05"));

function certificatesIn(cwd: string): string[] {
  const directory = join(cwd, ".lecture05", "certificates");
  return readdirSync(directory).map((name) => join(directory, name));
}

describe("the question", () => {
  it("is asked once, tells what goes, and takes y in the sandbox", async () => {
    const { services, cwd } = await stack();
    services.data = appData;
    const no = await run(["destroy"], { services, cwd, isTTY: true, stdin: "\n" });
    expect(no.exitCode).toBe(1);
    expect(no.stderr).toContain("2 resources were found.");
    expect(no.stderr).toContain("With it go 2 picture files (1.2 MB) and 3 log files in the bucket lecture05-bucket.");
    expect(services.cloud.things.size).toBe(2);
    const yes = await run(["destroy"], { services, cwd, isTTY: true, stdin: "y\n" });
    expect(yes.exitCode).toBe(0);
    expect(yes.plain).toContain("0 left, $0.00/h");
    expect(services.cloud.things.size).toBe(0);
    expect(stateOf(cwd)).toBeUndefined();
  });

  it("is declined without a terminal, before anything is started", async () => {
    const { services, cwd } = await stack();
    const { exitCode, stderr } = await run(["destroy"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Code: DECLINED");
    expect(stderr).toContain("--yes");
    expect(services.sandboxCalls).toEqual([]);
  });

  it("is answered by LECTURE05_YES", async () => {
    const { services, cwd } = await stack();
    expect((await run(["destroy"], { services, cwd, env: { LECTURE05_YES: "true" } })).exitCode).toBe(0);
  });

  it("wants the stack's name on AWS", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2", "--target", "aws", "--yes"], { services, cwd });
    const y = await run(["destroy"], { services, cwd, isTTY: true, stdin: "y\n" });
    expect(y.exitCode).toBe(1);
    const name = await run(["destroy"], { services, cwd, isTTY: true, stdin: "lecture05\n" });
    expect(name.exitCode).toBe(0);
  });
});

describe("data that is not the stack's own", () => {
  it("is declined with --yes alone, with number, size and keys, and nothing is deleted", async () => {
    const { services, cwd, options } = await stack();
    services.data = foreignData;
    const { exitCode, stderr } = await run(["destroy", "--yes"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("also holds 7 objects (2.5 KB)");
    expect(stderr).toContain("notes/thesis.txt");
    // A key is somebody else's text: it must not write lines of its own.
    expect(stderr).toContain(String.raw`a\u000ab`);
    expect(stderr).toContain("… and 5 more");
    expect(stderr).toContain("lecture05 destroy --delete-data");
    expect(stderr).toContain("lecture05 destroy --keep-bucket");
    expect(stderr).toContain("Code: DECLINED");
    expect(options).toEqual([]);
    expect(services.cloud.things.size).toBe(2);
  });

  it("gets a question of its own on a terminal", async () => {
    const { services, cwd, options } = await stack();
    services.data = foreignData;
    const no = await run(["destroy"], { services, cwd, isTTY: true, stdin: "y\nn\n" });
    expect(no.exitCode).toBe(1);
    expect(options).toEqual([]);
    const yes = await run(["destroy"], { services, cwd, isTTY: true, stdin: "y\ny\n" });
    expect(yes.exitCode, yes.stderr).toBe(0);
    expect(options[0]).toEqual({ keepBucket: false, deleteData: true });
  });

  it.each([
    ["--delete-data", { keepBucket: false, deleteData: true }],
    ["--keep-bucket", { keepBucket: true, deleteData: false }],
  ])("needs no question with %s", async (flag, expected) => {
    const { services, cwd, options } = await stack();
    services.data = foreignData;
    expect((await run(["destroy", "--yes", flag], { services, cwd })).exitCode).toBe(0);
    expect(options[0]).toEqual(expected);
  });

  it("cannot be kept and deleted at once", async () => {
    const args = ["destroy", "--keep-bucket", "--delete-data"];
    const { exitCode, stderr } = await run(args, { services: fakeServices() });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--keep-bucket and --delete-data contradict each other");
    const ja = await run([...args, "--lang", "ja"], { services: fakeServices() });
    expect(ja.stderr).toContain("--keep-bucket と --delete-data は同時に指定できません");
  });
});

describe("nothing to destroy", () => {
  it("is one line, and starts no sandbox to find it out", async () => {
    const services = fakeServices();
    const { exitCode, stdout } = await run(["destroy"], { services });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      "[sandbox] There is nothing to destroy: no resource of the stack lecture05 in ap-northeast-1\n",
    );
    expect((await run(["destroy", "--json"], { services })).events).toMatchObject([{ type: "run.finished", left: 0 }]);
    expect(services.sandboxCalls).toEqual([]);
  });

  it("is one line on AWS, too, where nothing need be confirmed for it", async () => {
    const services = fakeServices();
    const { exitCode, stdout, stderr } = await run(["destroy", "--target", "aws", "--stack", "none"], { services });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.trim().split("\n").at(-1)).toBe(
      "There is nothing to destroy: no resource of the stack none in ap-northeast-1",
    );
  });

  it.each([
    ["stopped containers", { containers: [{ name: "c", state: "exited" }] }],
    ["a bucket on disk", { holdsResources: true }],
  ])("is not said without looking when the sandbox has %s", async (_label, status) => {
    const services = fakeServices();
    services.sandboxStatus = { ...services.sandboxStatus, ...status };
    await run(["destroy", "--yes"], { services });
    expect(services.sandboxCalls[0]).toBe("ensure");
  });

  it("is not claimed when AWS gives no answer", async () => {
    const services = fakeServices();
    const failure = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    services.sweep = async () => [{ service: "ec2", subject: "vpcs", calls: [], found: [], failure }];
    const { exitCode, stderr } = await run(["destroy", "--target", "aws", "--yes"], { services });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Code: AWS_UNREACHABLE");
  });
});

describe("the sandbox afterwards", () => {
  it("is stopped when it holds nothing any more, and left when it holds another stack", async () => {
    const empty = await stack();
    await run(["destroy", "--yes"], empty);
    expect(empty.services.sandboxCalls).toEqual(["ensure", "stop"]);
    const shared = await stack();
    shared.services.sandboxStatus = {
      ...shared.services.sandboxStatus,
      containers: [{ name: "of another stack", state: "running" }],
    };
    await run(["destroy", "--yes"], shared);
    expect(shared.services.sandboxCalls).toEqual(["ensure"]);
  });
});

describe("the outcome", () => {
  it("is certified beside the state, readable by its owner alone", async () => {
    const { services, cwd } = await stack();
    const { events } = await run(["destroy", "--yes", "--json"], { services, cwd });
    const last = events.at(-1) as { type: string; left: number; certificate: string };
    expect(last).toMatchObject({ type: "run.finished", outcome: "done", left: 0 });
    expect(certificatesIn(cwd)).toEqual([last.certificate]);
    const files = ["certificate.json", "certificate.txt"].map((name) => join(last.certificate, name));
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    const [json = "", text = ""] = files.map((file) => readFileSync(file, "utf8"));
    expect(JSON.parse(json) as Certificate).toMatchObject({
      result: "0 left, $0.00/h",
      stack: "lecture05",
      asked: [{ service: "ec2", subject: "vpcs", found: 0, calls: [{ operation: "DescribeVpcs", requestId: "r-1" }] }],
      deleted: [
        { type: "ec2:vpc", id: "puma-2" },
        { type: "ec2:vpc", id: "ec2-1" },
      ],
      kept: [],
    });
    expect(text).toContain("0 left, $0.00/h");
    expect(text).toContain("DescribeVpcs r-1");
  });

  it("stands also when the certificate cannot be saved", async () => {
    const { services, cwd } = await stack();
    writeFileSync(join(cwd, ".lecture05", "certificates"), "a file where the directory should be");
    const { exitCode, plain, stderr } = await run(["destroy", "--yes"], { services, cwd });
    expect(exitCode).toBe(0);
    expect(plain).toContain("0 left, $0.00/h");
    expect(stderr).toContain("the certificate could not be saved");
  });

  it("is 3 with one line for each leftover when something is left", async () => {
    const { services, cwd } = await stack();
    const [ec2] = services.toys;
    const leftovers = [0, 1].map((index) => ({
      type: "ec2:vpc",
      id: `vpc-${index}`,
      reason: { en: `in use by eni-${index}`, ja: `使用中です: eni-${index}` },
      blockers: [],
    }));
    if (ec2) ec2.destroy = async () => ({ deleted: [], leftovers });
    services.left = 2;
    services.cloud.things.clear();
    const { exitCode, plain, stderr } = await run(["destroy", "--yes"], { services, cwd });
    expect(exitCode).toBe(3);
    expect(plain).toContain("  ! ec2:vpc vpc-0: in use by eni-0\n");
    expect(stderr).toContain("✗ 2 resources are left\n");
    expect(stderr).toContain("Why: ec2:vpc vpc-0: in use by eni-0\n    ec2:vpc vpc-1: in use by eni-1\n");
    expect(stderr).toContain("Code: DESTROY_INCOMPLETE");
    expect(stateOf(cwd)).toBeDefined();
    const ja = await run(["destroy", "--yes", "--lang", "ja"], { services, cwd });
    expect(ja.stderr).toContain("✗ 2 個のリソースが残っています\n  原因: ec2:vpc vpc-0: 使用中です: eni-0\n");
  });
});
