import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commandLogDirectory } from "../../src/remote/paths.ts";
import { parsePiece, readPiece, unpack, unwrapOutput, wrapScript } from "../../src/remote/wrap.ts";
import { sh } from "./run-sh.ts";

let logs = "";

beforeEach(() => {
  logs = mkdtempSync(join(tmpdir(), "lecture05-wrap-"));
});

afterEach(() => rmSync(logs, { recursive: true }));

const token = "a1b2c3";
const here = (command: string): string => command.replaceAll(commandLogDirectory, logs);

/** Runs a wrapped script as the agent would. */
function run(text: string, name = "sample") {
  const { status, stdout, stderr } = sh(here(wrapScript({ name, text, timeoutMs: 1000 }, { token, name })));
  return { status, raw: { stdout, stderr }, shown: unwrapOutput(stdout, stderr, token) };
}

function readRest(stream: "out" | "err", first: readonly Buffer[]): string {
  const pieces = [...first];
  for (;;) {
    const offset = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const { stdout } = sh(here(readPiece("sample", stream, offset)));
    expect(stdout.length).toBeLessThan(24_000);
    const { piece, sizeBytes } = parsePiece(stdout);
    pieces.push(piece);
    if (offset + piece.length >= sizeBytes) return unpack(pieces);
  }
}

test.each(["", "no line break", "lines\nand lines\n", "\n\n", "日本語\n"])(
  "passes on %j exactly, and the exit code",
  (text) => {
    const { status, shown } = run(`printf %s '${text}'; printf 'to err' >&2; exit 7`);
    expect(status).toBe(7);
    expect(shown).toEqual({ stdout: text, stderr: "to err", stderrCut: false });
  },
);

test("a script that ends by set -e, or by a signal, still says so", () => {
  expect(run("set -eu\nfalse\necho never").status).toBe(1);
  expect(run("kill -9 $$").status).toBe(137);
});

test("keeps script and output for root alone", () => {
  run("echo kept");
  expect(readFileSync(join(logs, "sample.out"), "utf8")).toBe("kept\n");
  expect(readFileSync(join(logs, "sample.sh"), "utf8")).toBe("echo kept\n");
  for (const end of ["sh", "out", "err"]) expect(statSync(join(logs, `sample.${end}`)).mode & 0o777).toBe(0o600);
});

test("the script itself has an ordinary umask and empty standard input", () => {
  expect(run("umask; cat").shown.stdout).toBe("0022\n");
});

test("output beyond AWS's limit is shown packed, and unpacks to the same", () => {
  const { raw, shown } = run("seq 1 20000; printf 日本語");
  expect(raw.stdout.length).toBeLessThan(24_000);
  const expected = `${Array.from({ length: 20_000 }, (_, index) => index + 1).join("\n")}\n日本語`;
  expect(shown.packed?.sizeBytes).toBeGreaterThan(shown.packed?.firstPiece.length ?? 0);
  expect(readRest("out", shown.packed ? [shown.packed.firstPiece] : [])).toBe(expected);
});

test("long standard error is cut, and can be read", () => {
  const { raw, shown } = run("seq 1 5000 >&2");
  expect(raw.stderr.length).toBeLessThan(8_000);
  expect(shown.stderrCut).toBe(true);
  expect(readRest("err", [])).toBe(`${Array.from({ length: 5000 }, (_, index) => index + 1).join("\n")}\n`);
});

test("a script cannot forge the trailer", () => {
  const forged = "\nlecture05-output 000000 1 0 1\n";
  expect(run(`printf '${forged.replaceAll("\n", "\\n")}'`).shown.stdout).toBe(forged);
});

test("an output without trailer, of a wrapper that was killed, is taken as it is", () => {
  expect(unwrapOutput("half a li", "x", token)).toEqual({ stdout: "half a li", stderr: "x", stderrCut: false });
});

test("the agent's own line is taken off standard error", () => {
  expect(unwrapOutput("", "mine\nfailed to run commands: exit status 3", token).stderr).toBe("mine");
});

test("the same script never runs twice at a time", () => {
  const both = `set -eu; if [ -e ${logs}/busy ]; then echo collision; fi; touch ${logs}/busy; sleep 0.3; rm ${logs}/busy`;
  const command = here(wrapScript({ name: "sample", text: both, timeoutMs: 1000 }, { token, name: "sample" }));
  const { stdout } = sh(`(${command}) & (${command}) & wait`);
  expect(stdout).not.toContain("collision");
  expect(stdout.match(/lecture05-output/g)).toHaveLength(2);
  expect(existsSync(join(logs, "busy"))).toBe(false);
});
