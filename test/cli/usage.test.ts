import { describe, expect, it } from "vitest";
import { run } from "./support/run.ts";

describe("usage errors", () => {
  it.each([
    [["upp"], 'There is no command "upp"', "Did you mean up?"],
    [["statsu"], 'There is no command "statsu"', "Did you mean status?"],
    [["up", "--dryrun"], 'There is no option "--dryrun" here', "Did you mean --dry-run?"],
    [["sandbox", "strat"], 'There is no command "strat"', "Did you mean start?"],
    [["up", "--to"], 'The option "--to <step>" needs a value', ""],
    [["exec"], 'The argument "command" is missing', ""],
    [["up", "now"], "Too many arguments", ""],
    [["up", "--to", "ngnix"], 'There is no step "ngnix"', 'Did you mean "nginx"?'],
    [["step", "puma-sock"], 'There is no step "puma-sock"', 'Did you mean "puma-socket"?'],
    [["step", "xyzzy"], 'There is no step "xyzzy"', "The steps are: ec2, puma,"],
    [["step"], "Which step?", ""],
    [["verify", "alp"], 'There is no step "alp"', 'Did you mean "alb"?'],
    [["diagram", "--format", "sgv"], 'There is no format "sgv"', 'Did you mean "svg"? Formats: svg, drawio'],
    [["logs", "--step", "s4"], 'There is no step "s4"', 'Did you mean "s3"?'],
  ])("%j", async (argv, what, why) => {
    const { exitCode, stdout, stderr } = await run(argv);
    expect(stderr).toContain(what);
    expect(stderr).toContain(why);
    expect(stderr).toMatch(/Code: (USAGE|STEP_UNKNOWN)/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });

  it("speaks Japanese, too", async () => {
    const { stderr, exitCode } = await run(["statsu", "--lang", "ja"]);
    expect(stderr).toBe(
      [
        '✗ "statsu" というコマンドはありません',
        "  原因: status ではありませんか？",
        "  対処:",
        "  - lecture05 --help",
        "  コード: USAGE",
        "",
      ]
        .join("\n")
        .replaceAll("  - ", "    - "),
    );
    expect(exitCode).toBe(2);
  });

  it("is one JSON event on stdout with --json", async () => {
    const { events, stderr, exitCode } = await run(["up", "--to", "ngnix", "--json"]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      type: "error",
      code: "STEP_UNKNOWN",
      exitCode: 2,
      what: { en: 'There is no step "ngnix"', ja: '"ngnix" というステップはありません' },
    });
    expect(stderr).toBe("");
    expect(exitCode).toBe(2);
    expect((await run(["upp", "--json"])).events).toMatchObject([{ type: "error", code: "USAGE" }]);
  });

  it.each(["Lecture", "5steps", "a_b", "a-", "", "x".repeat(21), "日本"])("refuses the stack name %j", async (name) => {
    const { exitCode, stderr } = await run(["status", "--stack", name]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("The value of --stack is not valid");
  });

  it.each(["a", "lecture05", "my-stack-2", "x".repeat(20)])("takes the stack name %j", async (name) => {
    const { exitCode, stdout } = await run(["status", "--stack", name]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`stack ${name} (`);
  });

  it.each([
    [["status", "--region", "tokyo"], "is no region"],
    [["status", "--lang", "fr"], "is no language"],
    [["up", "--target", "gcp"], "is no target"],
    [["up", "--allow", "10.0.0.256/8"], "is no IPv4 range"],
    [["up", "--allow", "10.0.0.1/32,nonsense"], "is no IPv4 range"],
    [["up", "--instance-type", "small"], "is no instance type"],
  ])("%j", async (argv, why) => {
    const { exitCode, stderr } = await run(argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
  });
});
