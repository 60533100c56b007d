import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";

/** A secret that was put somewhere on purpose, by a name that a failure can print. */
export type Planted = Readonly<Record<string, string>>;

export interface Hit {
  readonly secret: string;
  readonly spelling: string;
  /** A path, a command line, the name of a stream. */
  readonly place: string;
}

const spelled = new Map<string, Readonly<Record<string, string>>>();

function spellings(secret: string): Readonly<Record<string, string>> {
  const known = spelled.get(secret) ?? spell(secret);
  spelled.set(secret, known);
  return known;
}

/** How a secret may look where somebody did not mean to write it. */
function spell(secret: string): Readonly<Record<string, string>> {
  const bytes = Buffer.from(secret);
  return {
    plain: secret,
    "as JSON": JSON.stringify(secret).slice(1, -1),
    "as JSON in JSON": JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    "in a URL": encodeURIComponent(secret),
    hex: bytes.toString("hex"),
    // In the middle of something longer, three places of its start look different.
    ...Object.fromEntries([0, 1, 2].map((shift) => [`base64, shifted by ${shift}`, base64Within(bytes, shift)])),
  };
}

/** The characters of a base64 text that depend on these bytes alone, when `shift` other bytes stand before them. */
function base64Within(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}

export function secretsIn(content: Buffer | string, place: string, planted: Planted): Hit[] {
  const bytes = Buffer.from(content);
  return Object.entries(planted).flatMap(([secret, value]) => {
    const found = Object.entries(spellings(value)).find(([, text]) => bytes.includes(text));
    return found ? [{ secret, spelling: found[0], place }] : [];
  });
}

/** Every file below a directory, its name and its content. */
export function secretsBelow(directory: string, planted: Planted): Hit[] {
  return filesBelow(directory).flatMap((path) => {
    const file = join(directory, path);
    return [...secretsIn(readFileSync(file), path, planted), ...secretsIn(path, `name of ${path}`, planted)];
  });
}

/** Files and directories that somebody else on the machine may read or enter. */
export function openTo(directory: string): string[] {
  return ["", ...readdirSync(directory, { recursive: true, encoding: "utf8" })].filter(
    (path) => (statSync(join(directory, path)).mode & 0o077) !== 0,
  );
}

export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(directory, path), { throwIfNoEntry: false })?.isFile(),
  );
}

/** Looks at all processes of the machine again and again: what `ps` shows of them, and what their environment holds. */
export class ProcessWatch {
  private readonly found = new Map<string, Hit>();
  private readonly timer: NodeJS.Timeout;
  private looks = 0;
  private seen = new Set<string>();

  /**
   * `mayKnow` says of a process, by its command line and whether it runs in a container, which secrets it was given
   * on purpose.
   */
  constructor(
    private readonly planted: Planted,
    private readonly mayKnow: (commandLine: string, inContainer: boolean) => readonly string[],
    intervalMs: number,
  ) {
    this.timer = setInterval(() => this.look(), intervalMs);
  }

  get hits(): Hit[] {
    return [...this.found.values()];
  }

  /** What was found, and how many processes were looked at. */
  stop(): { hits: Hit[]; processes: number } {
    clearInterval(this.timer);
    if (this.looks === 0) throw new Error("nothing was looked at");
    return { hits: this.hits, processes: this.seen.size };
  }

  private look(): void {
    this.looks += 1;
    const own = namespaceOf("self");
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
      const commandLine = read(pid, "cmdline").toString().replaceAll("\0", " ").trim();
      if (commandLine === "") continue;
      // What a program was started with stays; only another program under the same number is new.
      if (this.seen.has(`${pid} ${commandLine}`)) continue;
      this.seen.add(`${pid} ${commandLine}`);
      const place = `process ${commandLine.slice(0, 200)}`;
      const known = this.mayKnow(commandLine, namespaceOf(pid) !== own);
      const environment = secretsIn(read(pid, "environ"), `environment of ${place}`, this.planted);
      for (const hit of [...secretsIn(commandLine, place, this.planted), ...environment]) {
        if (!known.includes(hit.secret)) this.found.set(`${hit.secret} ${hit.place}`, hit);
      }
    }
  }
}

/** Processes come and go while one looks. */
function read(pid: string, name: string): Buffer {
  try {
    return readFileSync(`/proc/${pid}/${name}`);
  } catch {
    return Buffer.alloc(0);
  }
}

function namespaceOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return "";
  }
}
