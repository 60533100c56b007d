import { existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeDirectory } from "../src/make-directory.ts";
import { run } from "./cli/support/run.ts";
import { fakeServices } from "./cli/support/services.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";

describe("a directory", () => {
  it("is made with those above it, for the user alone, and may be there already", () => {
    const directory = join(temporaryDirectory(), "a", "b", "c");
    makeDirectory(directory);
    makeDirectory(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, "..")).mode & 0o777).toBe(0o700);
  });

  // Node's recursive mkdir never comes back from these.
  it("below /proc is refused", () => {
    expect(() => makeDirectory("/proc/nothing/here")).toThrow("ENOENT");
  });

  it("below a link whose target is gone is refused", () => {
    const root = temporaryDirectory();
    symlinkSync("gone", join(root, "link"));
    expect(() => makeDirectory(join(root, "link", "below"))).toThrow("ENOENT");
  });

  it("below a file is refused", () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    expect(() => makeDirectory(join(file, "below"))).toThrow("ENOTDIR");
  });
});

describe("a state directory that nobody can make", () => {
  it.each([["up"], ["step", "ec2"]])("ends %s with its own error", async (...argv) => {
    const services = fakeServices();
    const { exitCode, stderr } = await run([...argv, "--dir", "/proc/nothing/here"], { services });
    expect(stderr).toContain("Code: STATE_UNWRITABLE");
    expect(stderr).toContain("/proc/nothing/here");
    expect(exitCode).toBe(1);
    expect(services.cloud.made).toBe(0);
    expect(existsSync("/proc/nothing")).toBe(false);
  });
});
