/**
 * What the script on a host printed, by name. A fact that is absent was not asked or could not be answered, which is
 * not the same as an empty one: the latter has an exit code.
 */
export class HostFacts {
  private readonly byName = new Map<string, string[]>();

  constructor(stdout: string) {
    for (const line of stdout.split("\n")) {
      const space = line.indexOf(" ");
      if (space < 1) continue;
      const name = line.slice(0, space);
      const lines = this.byName.get(name) ?? [];
      lines.push(line.slice(space + 1));
      this.byName.set(name, lines);
    }
  }

  lines(name: string): readonly string[] {
    return this.byName.get(name) ?? [];
  }

  /** The first line, or "". */
  text(name: string): string {
    return this.lines(name)[0] ?? "";
  }

  /** All lines, as they were printed. */
  all(name: string): string {
    return this.lines(name).join("\n");
  }

  /** Undefined when it never ran. */
  exitCode(name: string): number | undefined {
    const code = this.lines(`${name}.exit`).at(-1);
    return code === undefined ? undefined : Number(code);
  }

  /** The value of the last "KEY=VALUE" line, as systemd and a shell read several files. */
  value(name: string, key: string): string | undefined {
    const line = this.lines(name).findLast((candidate) => candidate.startsWith(`${key}=`));
    return line?.slice(key.length + 1);
  }

  /** The first line that matches. */
  find(name: string, pattern: RegExp): string | undefined {
    return this.lines(name).find((line) => pattern.test(line));
  }

  findLast(name: string, pattern: RegExp): string | undefined {
    return this.lines(name).findLast((line) => pattern.test(line));
  }
}
