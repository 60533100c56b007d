import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultMirrors, findMirrors, machineMirrors } from "../../../src/sandbox/docker/machine-apt.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const list = (text: string): { name: string; text: string } => ({ name: "sources.list", text });
const deb822 = (text: string): { name: string; text: string } => ({ name: "debian.sources", text });

describe("findMirrors", () => {
  it("reads deb822 sources, passing over comments, other vendors and what is switched off", () => {
    const text = `Types: deb
URIs: https://deb.nodesource.com/node_20.x
Suites: nodistro
Components: main

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb deb-src
# a comment inside
URIs: http://mirror.example/debian/
Suites: bookworm
 bookworm-updates
Components: main contrib

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;
    expect(findMirrors([deb822(text)])).toEqual({
      main: "http://mirror.example/debian",
      security: "http://mirror.example/debian-security",
    });
  });

  it("reads one-line sources with options", () => {
    const text = `# deb http://commented.example/debian trixie main
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://company.example/debian trixie main contrib # here
deb-src http://source.example/debian trixie main`;
    expect(findMirrors([list(text)])).toEqual({ main: "https://company.example/debian", security: undefined });
  });

  it("falls back to Debian's own on Ubuntu, and where the mirror is a file", () => {
    expect(findMirrors([list("deb http://archive.ubuntu.com/ubuntu noble main universe")])).toEqual(defaultMirrors);
    expect(findMirrors([list("deb file:/srv/mirror bookworm main")])).toEqual(defaultMirrors);
    expect(findMirrors([])).toEqual(defaultMirrors);
  });

  it("reads a machine's files, also when there are none", async () => {
    const root = temporaryDirectory();
    expect(await machineMirrors(join(root, "missing"))).toEqual(defaultMirrors);
    await mkdir(join(root, "sources.list.d"));
    await writeFile(join(root, "sources.list.d", "old.list.save"), "deb http://saved.example/debian trixie main");
    await writeFile(join(root, "sources.list.d", "a.list"), "deb http://a.example/debian trixie main");
    expect(await machineMirrors(root)).toEqual({ main: "http://a.example/debian", security: undefined });
  });
});
