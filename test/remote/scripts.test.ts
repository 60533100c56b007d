import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { shipLogsText } from "../../src/remote/log-shipping.ts";
import { userData } from "../../src/remote/user-data.ts";
import { wrapScript } from "../../src/remote/wrap.ts";
import { everyScript, sampleBundle } from "./every-script.ts";
import { sh } from "./run-sh.ts";

/** AWS's limit on the parameters of SendCommand is higher; a log and a screen are not. */
const limitBytes = 44_000;

function shellcheck(text: string): string {
  const { error, stdout, stderr } = spawnSync("shellcheck", ["--shell=sh", "-"], { input: text, encoding: "utf8" });
  if (error) throw error;
  return stdout + stderr;
}

describe.each(everyScript.map((script) => [script.name, script] as const))("%s", (name, script) => {
  test("is clean shell", () => {
    expect(shellcheck(script.text)).toBe("");
  });

  test("starts strict, ends with a line break, has a name that is a file's", () => {
    expect(script.text.startsWith("set -eu\nexport LC_ALL=C.UTF-8 PATH=")).toBe(true);
    expect(script.text.endsWith("\n")).toBe(true);
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(script.timeoutMs).toBeGreaterThanOrEqual(60_000);
  });

  test("fits into a command", () => {
    const command = wrapScript(script, { token: "0".repeat(12), name });
    expect(Buffer.byteLength(command)).toBeLessThan(limitBytes);
    expect(sh(`sh -n <<'WRAPPED_COMMAND'\n${command}WRAPPED_COMMAND\n`)).toMatchObject({ status: 0, stderr: "" });
  });

  test("holds nothing of this machine", () => {
    expect(script.text).not.toContain("undefined");
    expect(script.text).not.toContain("[object");
    expect(script.text).not.toContain(process.cwd());
  });
});

test("names are not used twice", () => {
  const names = everyScript.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("the scripts for the first boot and for the logs are clean shell", () => {
  expect(shellcheck(userData())).toBe("");
  expect(shellcheck(userData("2026-01-02T07:00:00.000Z"))).toBe("");
  expect(shellcheck(shipLogsText)).toBe("");
});

test("what a wrapper adds is clean shell", () => {
  const command = wrapScript({ name: "x", text: "true\n", timeoutMs: 1 }, { token: "abc123", name: "x" });
  expect(shellcheck(command)).toBe("");
});

test("the secret is made on the host and is in no script", () => {
  for (const { text } of everyScript) expect(text).not.toMatch(/SECRET_KEY_BASE=[0-9a-f]/);
});

test("a large application travels in several commands, the last of which unpacks it", () => {
  const parts = everyScript.filter(({ name }) => name.startsWith("send-app-"));
  expect(parts.map(({ name }) => name)).toEqual(["send-app-1-of-3", "send-app-2-of-3", "send-app-3-of-3"]);
  expect(parts.map(({ text }) => text.includes("tar -x"))).toEqual([false, false, true]);
  expect(parts.at(-1)?.text).toContain(sampleBundle.sha256);
});
