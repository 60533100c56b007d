import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Certificate } from "../../src/ports/certificates.ts";
import { readState } from "../../src/state/read.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices, type FakeServices } from "./support/services.ts";

const arn = "arn:aws:acm:ap-northeast-1:000000000000:certificate/0a1b2c";
const good: Certificate = {
  arn,
  names: ["www.example.test"],
  status: "ISSUED",
  notAfter: new Date(Date.now() + 86_400_000).toISOString(),
  keyAlgorithm: "RSA_2048",
  pendingRecords: [],
  fingerprint: "AB",
};
const certificateOf = (cwd: string): string | undefined => readState(join(cwd, ".lecture05"))?.certificateArn;

function withCertificate(certificate: Certificate | undefined): FakeServices {
  const services = fakeServices();
  services.ports = { certificates: { find: async () => certificate } };
  return services;
}

describe("up --certificate", () => {
  it("is kept in the state and seen by the steps, until none takes it away", async () => {
    const services = withCertificate(good);
    const cwd = temporaryDirectory();
    const seen: (string | undefined)[] = [];
    for (const toy of services.toys) toy.onApply = (ctx) => seen.push(ctx.settings.certificateArn);
    expect((await run(["up", "--certificate", arn], { services, cwd })).exitCode).toBe(0);
    expect(certificateOf(cwd)).toBe(arn);
    expect(new Set(seen)).toEqual(new Set([arn]));
    await run(["up"], { services, cwd });
    expect(certificateOf(cwd)).toBe(arn);
    await run(["up", "--certificate", "none"], { services, cwd });
    expect(certificateOf(cwd)).toBeUndefined();
  });

  it("comes from the environment, too, and is only planned by a dry run", async () => {
    const services = withCertificate(good);
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2"], { services, cwd });
    await run(["up", "--certificate", arn, "--dry-run"], { services, cwd });
    expect(certificateOf(cwd)).toBeUndefined();
    await run(["step", "ec2"], { services, cwd, env: { LECTURE05_CERTIFICATE: arn } });
    expect(certificateOf(cwd)).toBe(arn);
  });

  it.each([
    "my-certificate",
    "arn:aws:iam::000000000000:server-certificate/x",
    arn.replace("arn:aws:", "arn:aws-iso:"),
    arn.replace("000000000000", "1"),
    `${arn}/more`,
    "",
  ])("refuses %j", async (value) => {
    const { exitCode, stderr } = await run(["up", `--certificate=${value}`]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--certificate");
  });

  it.each(["aws-cn:acm:cn-north-1", "aws-us-gov:acm:us-gov-west-1"])("knows the partition of %s", async (place) => {
    const value = `arn:${place}:000000000000:certificate/0a`;
    const services = withCertificate({ ...good, arn: value });
    const region = place.split(":")[2] ?? "";
    const { exitCode } = await run(["up", "--certificate", value, "--region", region], { services });
    expect(exitCode).toBe(0);
  });

  it("refuses one of another region before anything is made, with exit code 2", async () => {
    const services = withCertificate(good);
    const { exitCode, stderr } = await run(["up", "--certificate", arn.replace("ap-northeast-1", "us-east-1")], {
      services,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("us-east-1");
    expect(stderr).toContain("Code: USAGE");
    expect(services.cloud.things.size).toBe(0);
  });

  it.each([
    ["that is not there", undefined, "There is none of this ARN"],
    ["that is not issued", { ...good, status: "PENDING_VALIDATION" }, "PENDING_VALIDATION"],
    ["that has expired", { ...good, notAfter: "2020-01-01T00:00:00.000Z" }, "It expired at 2020-01-01"],
    ["that failed", { ...good, status: "FAILED", failureReason: "CAA_ERROR" }, "CAA_ERROR"],
    ["with a key that is too short", { ...good, keyAlgorithm: "RSA_1024" }, "RSA_1024"],
  ])("refuses one %s before anything is made", async (_, certificate, reason) => {
    const services = withCertificate(certificate);
    const cwd = temporaryDirectory();
    const { exitCode, stderr } = await run(["up", "--certificate", arn], { services, cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("CERTIFICATE_UNUSABLE");
    expect(stderr).toContain(reason);
    expect(services.cloud.things.size).toBe(0);
    expect(certificateOf(cwd)).toBeUndefined();
  });

  it("names the record that would prove the domain", async () => {
    const record = { name: "_a.www.example.test.", type: "CNAME", value: "_b.acm-validations.aws." };
    const services = withCertificate({ ...good, status: "PENDING_VALIDATION", pendingRecords: [record] });
    const { stderr } = await run(["up", "--certificate", arn], { services });
    expect(stderr).toContain("_a.www.example.test. CNAME _b.acm-validations.aws.");
  });
});
