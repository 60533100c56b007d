import { join } from "node:path";
import { expect, it } from "vitest";
import type { PreflightCheck } from "../../src/preflight/check.ts";
import { readState } from "../../src/state/read.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

const check = (name: string, verdict: PreflightCheck["verdict"]): PreflightCheck => ({
  name,
  title: { en: `Title of ${name}`, ja: name },
  verdict,
  observed: { en: `seen of ${name}`, ja: name },
  next: [`renew ${name}`],
});

const aws = ["--target", "aws", "--region", "eu-west-1"];

it("shows what was looked at, and makes nothing where something is in the way", async () => {
  const services = fakeServices();
  services.preflightChecks = [check("credentials", "ok"), check("quota", "unknown"), check("image", "failed")];
  const cwd = temporaryDirectory();
  const { exitCode, stdout, stderr } = await run(["up", ...aws, "--yes"], { services, cwd });
  expect(exitCode).toBe(1);
  expect(stdout).toContain("  ✓ Title of credentials: seen of credentials\n  ? Title of quota: seen of quota\n");
  expect(stdout).toContain("  ✗ Title of image: seen of image\n      renew image\n");
  expect(stderr).toContain("Code: PREFLIGHT_FAILED");
  expect(stderr).toContain("    - renew image\n");
  expect(stderr).not.toContain("renew quota");
  expect(services.cloud.made).toBe(0);
  expect(readState(join(cwd, ".lecture05"))).toBeUndefined();
  expect(services.preflights[0]).toMatchObject({ stack: "lecture05", region: "eu-west-1", last: "s3" });
});

it("ends a dry run with the plan, and with 1 where something is in the way", async () => {
  const services = fakeServices();
  services.preflightChecks = [check("credentials", "ok")];
  const good = await run(["up", ...aws, "--dry-run", "--to", "nginx"], { services });
  expect(good).toMatchObject({ exitCode: 0, stderr: "" });
  expect(good.stdout.indexOf("✓ Title of credentials")).toBeLessThan(good.stdout.indexOf("+ nginx"));
  expect(services.preflights[0]?.last).toBe("nginx");

  services.preflightChecks = [check("image", "failed")];
  const bad = await run(["plan", ...aws, "--json"], { services });
  expect(bad.exitCode).toBe(1);
  expect(bad.events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["preflight.check", "step.planned", "error"]),
  );
  expect(bad.events.at(-1)).toMatchObject({ type: "error", code: "PREFLIGHT_FAILED" });
  expect(services.cloud.made).toBe(0);
});

it("is left out in the sandbox, and where everything stands already", async () => {
  const services = fakeServices();
  await run(["up"], { services });
  expect(services.preflights).toEqual([]);
  const cwd = temporaryDirectory();
  await run(["up", ...aws, "--yes"], { services, cwd });
  expect(services.preflights).toHaveLength(1);
  await run(["up", ...aws, "--yes"], { services, cwd });
  expect(services.preflights).toHaveLength(1);
});
