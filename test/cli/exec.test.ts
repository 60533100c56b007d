import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices, hosts } from "./support/services.ts";
import { sampleState, writeState } from "./support/state.ts";

function stack(hostCount = 1) {
  const cwd = temporaryDirectory();
  writeState(cwd, sampleState({ hosts: hosts.slice(0, hostCount) }));
  return { cwd, services: fakeServices() };
}

describe("exec", () => {
  it("passes output and exit code on as they are", async () => {
    const { cwd, services } = stack();
    services.remote = () => ({ exitCode: 42, stdout: "out\nno newline", stderr: "err\n" });
    const { exitCode, stdout, stderr } = await run(["exec", "--", "false"], { cwd, services });
    expect({ exitCode, stdout }).toEqual({ exitCode: 42, stdout: "out\nno newline" });
    expect(stderr).toContain("err\n");
  });

  it("keeps words whole, and takes a single one as shell text", async () => {
    const { cwd, services } = stack();
    await run(["exec", "--", "printf", "%s|", "a b", "it's", "--json", "$HOME"], { cwd, services });
    await run(["exec", "--", "ls /var/log | wc -l"], { cwd, services });
    expect(services.scripts.map(({ script }) => script.text)).toEqual([
      "printf '%s|' 'a b' 'it'\\''s' --json '$HOME'\n",
      "ls /var/log | wc -l\n",
    ]);
  });

  it("runs on every host, prefixes the lines and ends with the worst exit code", async () => {
    const { cwd, services } = stack(2);
    services.remote = (id) => ({ exitCode: id === "i-0001" ? 3 : 0, stdout: `one\n\n${id}\n`, stderr: "" });
    const { exitCode, stdout } = await run(["exec", "hostname"], { cwd, services });
    expect(stdout).toBe("i-0001 | one\ni-0001 | \ni-0001 | i-0001\ni-0002 | one\ni-0002 | \ni-0002 | i-0002\n");
    expect(exitCode).toBe(3);
  });

  it("runs on one instance without a prefix", async () => {
    const { cwd, services } = stack(2);
    services.remote = (id) => ({ exitCode: 0, stdout: `${id}\n`, stderr: "" });
    const { stdout } = await run(["exec", "--instance", "i-0002", "--", "id"], { cwd, services });
    expect(stdout).toBe("i-0002\n");
    const wrong = await run(["exec", "--instance", "i-9", "--", "id"], { cwd, services });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain("Its hosts are: i-0001, i-0002");
  });

  it("makes an exit code of a command that was killed", async () => {
    const { cwd, services } = stack();
    services.remote = () => ({ exitCode: -1, stdout: "", stderr: "" });
    expect((await run(["exec", "--", "x"], { cwd, services })).exitCode).toBe(1);
  });

  it("prints one result a line with --json", async () => {
    const { cwd, services } = stack(2);
    services.remote = () => ({ exitCode: 0, stdout: "hi\n", stderr: "" });
    const { events } = await run(["exec", "--json", "--", "echo", "hi"], { cwd, services });
    expect(events).toMatchObject([
      { type: "exec.result", instanceId: "i-0001", exitCode: 0, stdout: "hi\n" },
      { type: "exec.result", instanceId: "i-0002" },
    ]);
  });

  it("needs a host", async () => {
    const { cwd, services } = stack(0);
    const { exitCode, stderr } = await run(["exec", "--", "id"], { cwd, services });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("lecture05 up --to ec2");
    expect(services.sandboxCalls).toEqual([]);
  });

  it.each(["0", "4", "ten", "1.5", "172801"])("refuses the timeout %s", async (timeout) => {
    const { cwd, services } = stack();
    expect((await run(["exec", "--timeout", timeout, "--", "id"], { cwd, services })).exitCode).toBe(2);
  });
});
