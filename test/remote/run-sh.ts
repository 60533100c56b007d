import { spawnSync } from "node:child_process";

/** Runs text with the machine's own sh; on Debian that is dash, as on the hosts. */
export function sh(text: string, options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {}) {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", text], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8", ...options.env },
    input: options.input ?? "",
  });
  return { status, stdout, stderr };
}

/** Words that break careless quoting. */
export const nastyWords: readonly string[] = [
  "",
  " ",
  "a b",
  "it's",
  `"double"`,
  "$(touch /tmp/never)",
  "`id`",
  "$HOME ${HOME}",
  "back\\slash\\",
  "two\nlines\n",
  "tab\tand 'both\" kinds",
  "-n",
  "=x",
  "~root",
  "a*b?[c]",
  "!history",
  "日本語 りんご",
  "#comment",
  "a;b&c|d>e<f",
  "''",
  "'",
];

/** Random words from the characters that mean something to a shell. Seeded, so that a failure can be repeated. */
export function randomWords(count: number, alphabet = " '\"$`\\\n\t!#&*()[]{};<>?|~=%ab0-日"): string[] {
  const letters = Array.from(alphabet);
  let seed = 20_260_101;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: next(24) }, () => letters[next(letters.length)] ?? "").join(""),
  );
}
