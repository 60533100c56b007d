import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const shells = ["sh", "bash"] as const;
export type ShellName = (typeof shells)[number];

/** bash takes a standard input that is a socket for a login from elsewhere, and reads the machine's own settings. */
export const startOf: Readonly<Record<ShellName, readonly string[]>> = { sh: [], bash: ["--norc"] };

/** The top directories that scripts for hosts write to; here they lie in the fake host. */
const moved = "etc|opt|run|var|root|home|swapfile|usr/local";
/** The same names wherever else a path may begin: found after the rest was led away, one would be this machine's. */
const strayPath = new RegExp(`(?<![\\w.})])/(?:${moved})/[\\w.-]+`, "g");
const movedPath = new RegExp(`(^|[\\s"'=:<>({|/-])/(?=(?:${moved})(?:[/\\s"'}*;]|$))`, "gm");

/** Programs that would change a machine, or are not on every machine. They succeed and say little. */
const stubs: Readonly<Record<string, string>> = {
  "apt-get": "",
  bundle: 'env -0 >"$HOST_ROOT/seen-by-bundle"',
  chown: "",
  curl: 'for word; do printf "%s\\0" "$word" >>"$HOST_ROOT/curl-words"; done; echo 200',
  "dpkg-query": "echo installed",
  getent: "",
  // Owners are root's and the application's on a host; the directories are what matters.
  install: 'for word; do case $word in "$HOST_ROOT"/*) mkdir -p "$word" ;; esac; done',
  journalctl: "",
  ldconfig: "",
  mkswap: "",
  namei: "",
  nginx: "",
  openssl: "echo 0123456789abcdef",
  pgrep: "",
  ruby: "",
  runuser: 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
  sleep: "",
  sqlite3: "",
  ss: "",
  swapon: "",
  systemctl: "echo 0",
  useradd: "",
  usermod: "",
};

/** A host made of a directory, for running the very scripts that hosts get, with the machine's own shells and tools. */
export class FakeHost {
  /** Without a blank: the scripts' own paths have none, so they need not be quoted. */
  readonly root = mkdtempSync(join(tmpdir(), "lecture05-fake-host-"));
  /** The name of the file that an injected command makes. */
  readonly canary = `canary${this.root.slice(-6).toLowerCase()}`;

  constructor() {
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    for (const directory of [
      "work",
      "stubs",
      "etc/nginx/sites-available",
      "etc/nginx/sites-enabled",
      "etc/systemd/system",
      "etc/lecture05/env.d",
      "opt/lecture05/releases",
      "run/lecture05",
      "usr/local/lib",
      "var/lib/lecture05",
      "var/log/nginx",
    ]) {
      mkdirSync(join(this.root, directory), { recursive: true });
    }
    writeFileSync(this.path("etc/systemd/system/puma.service"), "[Service]\n");
    for (const [name, body] of Object.entries(stubs)) {
      writeFileSync(join(this.root, "stubs", name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(this.root, "stubs", name), 0o755);
    }
  }

  /** Runs a script with its paths led into this directory. What it holds otherwise stays word for word. */
  run(
    shell: ShellName,
    text: string,
    env: NodeJS.ProcessEnv = {},
  ): { status: number | null; stdout: string; stderr: string } {
    const path = `${this.root}/stubs:/usr/bin:/bin`;
    const script = text
      .replaceAll("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", `PATH=${path}`)
      .replace(movedPath, `$1${this.root}/`);
    const strays = script.match(strayPath);
    if (strays) throw new Error(`the script would write to this machine: ${strays.join(", ")}`);
    const { status, stdout, stderr, error } = spawnSync(shell, [...startOf[shell], "-s"], {
      cwd: join(this.root, "work"),
      env: { PATH: path, HOST_ROOT: this.root, ...env },
      input: script,
      encoding: "utf8",
      timeout: 20_000,
    });
    if (error) throw error;
    return { status, stdout, stderr };
  }

  /** A path of the host. */
  path(path: string): string {
    return join(this.root, path);
  }

  read(path: string): string {
    return readFileSync(this.path(path), "utf8");
  }

  /** Files that an injected command made. */
  canaries(): string[] {
    const found = readdirSync(this.root, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.split("/").some((name) => name.startsWith(this.canary)),
    );
    const outside = [join("/", this.canary), join("/tmp", this.canary)].filter((path) => existsSync(path));
    for (const path of outside) rmSync(path, { force: true });
    return [...found, ...outside];
  }
}

/** Texts that make the canary when a shell gets to read them. */
export function payloads(canary: string): readonly string[] {
  return [
    `$(touch ${canary})`,
    `\`touch ${canary}\``,
    `x"; touch ${canary}; echo "`,
    `x'; touch ${canary}; echo '`,
    `x\\'; touch ${canary} #`,
    `x; touch ${canary}`,
    `x && touch ${canary}`,
    `x | touch ${canary}`,
    `x & touch ${canary} &`,
    `x\ntouch ${canary}\n`,
    `x\nEND\ntouch ${canary}\n`,
    `x > ${canary}`,
    `<(touch ${canary})`,
    `"$(touch ${canary})"`,
    `'$(touch ${canary})'`,
    `\${x:-$(touch ${canary})}`,
    `\\$(touch ${canary})`,
    `$'\\x24(touch ${canary})'`,
    `{touch,${canary}}`,
    `-x $(touch ${canary})`,
    `--eval=$(touch ${canary})`,
    `日本 語 $(touch ${canary}) りんご`,
    `$((x[\`touch ${canary}\`]))`,
    `a*b?[c] ~ !! $(touch ${canary})`,
    `$IFS$(touch$IFS${canary})`,
  ];
}
