import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/commands/catalogue.ts";
import { displayWidth, widestWidth } from "../../src/reporter/width.ts";
import { run } from "../cli/support/run.ts";
import { fakeServices } from "../cli/support/services.ts";
import { sampleState, writeState } from "../cli/support/state.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const commands = catalogue.flatMap(({ name, subcommands = [] }) => [
  [name],
  ...subcommands.map((sub) => [name, sub.name]),
]);
const widths = [40, 60, 80, 120];
const languages = ["ja", "en"];
const cases = widths.flatMap((columns) => languages.map((language) => [columns, language] as const));

/** Lines that are wider than the terminal, without those that are there to be copied whole. */
function tooWide(text: string, columns: number): string[] {
  const isForCopying = (line: string): boolean => /^ *(\$ |- |→ )?((lecture05|eval|cat) |https?:)/.test(line);
  return text.split("\n").filter((line) => displayWidth(line) > columns && !isForCopying(line));
}

/** What was written, with a line break wherever the spinner moved the cursor: each of its frames is a line. */
// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const framesOf = (text: string): string => text.replaceAll(/\u001B\[[?0-9;]*[A-HJKShl]/g, "\n");

describe.each(cases)("in %i columns, %s", (columns, language) => {
  it("help fits", async () => {
    for (const words of [[], ...commands]) {
      const { stdout, exitCode } = await run([...words, "--help", "--lang", language], { columns, isTTY: true });
      expect(exitCode).toBe(0);
      expect(tooWide(stdout, columns), words.join(" ")).toEqual([]);
    }
  });

  it("the status fits, and its table is aligned on terminals of both kinds", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd, sampleState({ url: "http://lecture05-1234567890.ap-northeast-1.elb.amazonaws.com" }));
    const { plain } = await run(["status", "--lang", language], { cwd, columns, isTTY: true });
    expect(tooWide(plain, columns)).toEqual([]);
    const rows = plain.split("\n").filter((line) => /^ +\S +\d +\S/.test(line));
    expect(rows).toHaveLength(7);
    for (const measure of [displayWidth, widestWidth]) {
      const starts = rows.map((row) => measure(row.slice(0, row.search(/checks|確認|-$/))));
      expect(new Set(starts).size).toBe(1);
    }
  });

  it("a run fits", async () => {
    const { stdout, stderr, exitCode } = await run(["up", "--lang", language], {
      services: fakeServices(),
      columns,
      isTTY: true,
    });
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(tooWide(framesOf(stdout), columns)).toEqual([]);
  });

  it("an error fits", async () => {
    const { stderr, exitCode } = await run(["up", "--region", "nowhere", "--lang", language], { columns, isTTY: true });
    expect(exitCode).toBe(2);
    expect(tooWide(stderr, columns)).toEqual([]);
  });
});

it("the parts of a line stay whole where it goes to a file", async () => {
  const cwd = temporaryDirectory();
  writeState(cwd);
  const { stdout } = await run(["status", "--lang", "ja"], { cwd, columns: 40 });
  expect(stdout).toContain("  ホスト i-0001  ap-northeast-1a  10.5.1.10\n");
});
