import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Ports } from "../../src/ports/index.ts";
import { readState } from "../../src/state/read.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";
import { sampleState, writeState } from "./support/state.ts";

const fromNow = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const expiryOf = (cwd: string): string | undefined => readState(join(cwd, ".lecture05"))?.expiresAt;
const expiryPort = (expiresAt: string | undefined): Partial<Ports> => ({
  expiry: { find: async () => expiresAt, tag: async () => {} },
});

describe("up --ttl", () => {
  it("counts from now, lets the steps see the end, and says it last", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    const seen: (string | undefined)[] = [];
    for (const toy of services.toys) toy.onApply = (ctx) => seen.push(ctx.settings.expiresAt);
    const before = Date.now();
    const { stdout } = await run(["up", "--ttl", "4h"], { services, cwd });
    const expiresAt = expiryOf(cwd) ?? "";
    expect(Date.parse(expiresAt) - before).toBeGreaterThanOrEqual(4 * 3_600_000);
    expect(Date.parse(expiresAt) - before).toBeLessThan(4 * 3_600_000 + 10_000);
    expect(new Set(seen)).toEqual(new Set([expiresAt]));
    expect(stdout).toMatch(/The instances end at .* UTC; the rest stays until lecture05 destroy --expired/);

    await run(["up"], { services, cwd });
    expect(expiryOf(cwd)).toBe(expiresAt);
    await run(["up", "--ttl", "none"], { services, cwd });
    expect(expiryOf(cwd)).toBeUndefined();
  });

  it.each(["4", "0h", "4m", "1w", "-4h", "400d", "4 h", ""])("refuses %j", async (ttl) => {
    const { exitCode, stderr } = await run(["up", `--ttl=${ttl}`]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--ttl");
  });

  it("does not write down an end that was only planned", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2"], { services, cwd });
    await run(["up", "--ttl", "4h", "--dry-run"], { services, cwd });
    expect(expiryOf(cwd)).toBeUndefined();
  });
});

describe("a stack whose time is over", () => {
  const expired = (): string => {
    const cwd = temporaryDirectory();
    writeState(cwd, sampleState({ expiresAt: fromNow(-2) }));
    return cwd;
  };

  it("is not built up again by accident: up says what has happened and what can be done", async () => {
    const services = fakeServices();
    const { exitCode, stderr } = await run(["up"], { services, cwd: expired() });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Code: STACK_EXPIRED");
    expect(stderr).toContain("the instances have terminated themselves");
    expect(stderr).toContain("- lecture05 up --ttl 4h\n");
    expect(services.cloud.made).toBe(0);
    const cwd = expired();
    expect((await run(["up", "--ttl", "1h"], { services, cwd })).exitCode).toBe(0);
    expect(Date.parse(expiryOf(cwd) ?? "")).toBeGreaterThan(Date.now());
  });

  it("gets no more hosts by scale: they would stay for good", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    const steps = [
      ...(sampleState({}).steps ?? []),
      { name: "redundancy" as const, status: "done" as const, checks: [], output: {} },
    ];
    writeState(cwd, sampleState({ steps, expiresAt: fromNow(-2) }));
    const { exitCode, stderr } = await run(["scale", "3"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Code: STACK_EXPIRED");
    expect(services.cloud.made).toBe(0);
  });

  it("is explained by every command that looks at it", async () => {
    const cwd = expired();
    expect((await run(["status"], { cwd })).stdout).toMatch(/! Expired at .* UTC, 2 h ago/);
    expect((await run(["exec", "--", "true"], { cwd, services: fakeServices() })).stderr).toMatch(/Expired at .* UTC/);
    const waiting = temporaryDirectory();
    writeState(waiting, sampleState({ expiresAt: fromNow(3) }));
    expect((await run(["status"], { cwd: waiting })).stdout).toMatch(/! Expires at .* UTC, in (3 h|2 h 59 min)/);
  });
});

describe("destroy --expired", () => {
  const quiet = { exitCode: 0, stdout: "", stderr: "" };

  it("is silent and asks nobody while there is time, no end, or no stack", async () => {
    const services = fakeServices();
    for (const expiresAt of [fromNow(1), undefined]) {
      const cwd = temporaryDirectory();
      writeState(cwd, sampleState(expiresAt === undefined ? {} : { expiresAt }));
      expect(await run(["destroy", "--expired"], { services, cwd })).toMatchObject(quiet);
    }
    expect(await run(["destroy", "--expired"], { services })).toMatchObject(quiet);
    expect(services.connections).toEqual([]);
  });

  it("destroys what is over; without --yes and without a terminal it is DECLINED", async () => {
    const services = fakeServices();
    services.ports = expiryPort(undefined);
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2"], { services, cwd });
    const state = readState(join(cwd, ".lecture05"));
    if (!state) throw new Error("no state");
    writeState(cwd, { ...state, expiresAt: fromNow(-1) });
    const asked = await run(["destroy", "--expired"], { services, cwd });
    expect(asked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Code: DECLINED") });
    expect(services.cloud.things.size).toBe(1);
    expect((await run(["destroy", "--expired", "--yes"], { services, cwd })).exitCode).toBe(0);
    expect(services.cloud.things.size).toBe(0);
  });

  it("believes the tags where another directory has given the stack more time", async () => {
    const services = fakeServices();
    services.ports = expiryPort(fromNow(1));
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2"], { services, cwd });
    const state = readState(join(cwd, ".lecture05"));
    if (!state) throw new Error("no state");
    writeState(cwd, { ...state, expiresAt: fromNow(-1) });
    expect((await run(["destroy", "--expired", "--yes"], { services, cwd })).exitCode).toBe(0);
    expect(services.cloud.things.size).toBe(1);
  });
});
