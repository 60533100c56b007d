import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readState } from "../../src/state/read.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run, type RunOptions } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

const prompt = "Enter: go on   s: skip the explanations   q: stop > ";
const asked = (stderr: string): number => stderr.split(prompt).length - 1;
const statuses = (cwd: string): string[] =>
  (readState(join(cwd, ".lecture05"))?.steps ?? []).map(({ name, status }) => `${name} ${status}`);

const teach = (options: RunOptions, argv: readonly string[] = []) =>
  run(["up", "--teach", ...argv], { services: fakeServices(), isTTY: true, ...options });

describe("up --teach", () => {
  it("says before each step why it is done so, and asks", async () => {
    const { plain, stderr, exitCode } = await teach({ stdin: "\n".repeat(7) });
    expect(exitCode).toBe(0);
    expect(asked(stderr)).toBe(7);
    const text = plain.replaceAll(/\s+/g, " ");
    const lesson = text.indexOf("keepalive_timeout 75s Longer than the 60 s");
    expect(lesson).toBeGreaterThan(text.indexOf("5/7 nginx-puma"));
    expect(lesson).toBeLessThan(text.indexOf("6/7 alb"));
    expect(text).toContain("All reasons: lecture05 explain nginx-puma");
    // The short form: the first sentence, and of what the step teaches only.
    expect(text).not.toContain("the visitor would get a rare 502");
    expect(text).not.toContain("server_tokens");
  });

  it("skips the explanations after s, and knows the answer in capitals", async () => {
    const { plain, stderr, exitCode } = await teach({ stdin: "\nS\n" });
    expect(exitCode).toBe(0);
    expect(asked(stderr)).toBe(2);
    expect(plain).not.toContain("keepalive_timeout");
  });

  it("asks again after an answer that it does not know", async () => {
    const { stderr, exitCode } = await teach({ stdin: "what\ns\n" });
    expect({ exitCode, asked: asked(stderr) }).toEqual({ exitCode: 0, asked: 2 });
  });

  it.each([
    ["q", "\nq\n"],
    ["the end of the input (Ctrl-D)", "\n"],
  ])("stops at %s, and goes on there the next time", async (_name, stdin) => {
    const cwd = temporaryDirectory();
    const services = fakeServices();
    const stopped = await teach({ stdin, cwd, services });
    expect(stopped.exitCode).toBe(1);
    expect(stopped.stderr).toContain("Stopped before step puma");
    expect(stopped.stderr).toContain("DECLINED");
    expect(stopped.plain).not.toContain("Failed after");
    expect(statuses(cwd)).toContain("ec2 done");
    expect(statuses(cwd)).not.toContain("puma failed");

    const next = await teach({ stdin: "s\n", cwd, services });
    expect({ exitCode: next.exitCode, asked: asked(next.stderr) }).toEqual({ exitCode: 0, asked: 1 });
    const again = await teach({ stdin: "", cwd, services });
    expect({ exitCode: again.exitCode, asked: asked(again.stderr) }).toEqual({ exitCode: 0, asked: 0 });
    expect(again.plain).not.toContain("All reasons");
  });

  it("ends with 130 at Ctrl-C during a question, and leaves the step as it was", async () => {
    const cwd = temporaryDirectory();
    let interrupt = (): void => {};
    const { exitCode } = await teach({
      cwd,
      onStart: (press) => (interrupt = press),
      onMessage: (text) => {
        if (text.endsWith(prompt)) setImmediate(interrupt);
      },
    });
    expect(exitCode).toBe(130);
    expect(statuses(cwd)).not.toContain("ec2 failed");
  });

  it("is a usage error where nobody can be asked, before anything is started", async () => {
    const services = fakeServices();
    const { exitCode, stderr } = await teach({ isTTY: false, services });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--teach asks before each step, and there is no terminal to ask on");
    expect(services.sandboxCalls).toEqual([]);
    expect((await teach({}, ["--dry-run"])).exitCode).toBe(2);
  });

  it("says why without asking with --yes, also without a terminal", async () => {
    const { stdout, stderr, exitCode } = await teach({ isTTY: false }, ["--yes", "--lang", "ja"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(
      "    keepalive_timeout 75s\n      ALB がアイドル状態の接続を維持する 60 秒より長くします。\n",
    );
    expect(stdout.match(/すべての理由:/g)).toHaveLength(7);
  });

  it("prints events for programs", async () => {
    const { events, exitCode } = await teach({ isTTY: false }, ["--yes", "--json"]);
    expect(exitCode).toBe(0);
    const explained = events.filter(({ type }) => type === "explanation").map(({ step }) => step);
    expect(explained).toEqual(["ec2", "puma", "puma-socket", "nginx", "nginx-puma", "alb", "s3"]);
    expect((await teach({ isTTY: false }, ["--json"])).exitCode).toBe(2);
  });
});
