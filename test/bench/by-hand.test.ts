import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { configureApp, installGems } from "../../src/remote/install-app.ts";
import { installRuby } from "../../src/remote/install-ruby.ts";
import { nginxConfiguration } from "../../src/remote/nginx-configuration.ts";
import { installNginx, nginxUnitText, putNginxBeforePuma } from "../../src/remote/nginx.ts";
import { prepareHost } from "../../src/remote/prepare-host.ts";
import { pumaUnit } from "../../src/remote/puma-unit.ts";
import { movePumaToSocket } from "../../src/remote/start-puma.ts";

/** What the bench's plain script and playbook put on a host, beside what ours do; the bench compares whole hosts. */
const byHand = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../bench/by-hand/${name}`, import.meta.url)), "utf8");

const withoutComments = (text: string): string[] =>
  text.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));

/** The here-documents of a script, by the file that they go to. */
function writtenBy({ text }: { readonly text: string }): ReadonlyMap<string, string> {
  const written = new Map<string, string>();
  for (const [, command = "", quoted, plain, body = ""] of text.matchAll(
    /^(.*) <<(?:'(\w+)'|(\w+))\n([^]*?)\n(?:\2\3)$/gm,
  )) {
    if (quoted === undefined && plain === undefined) continue;
    written.set(/^put_file (\S+)/.exec(command)?.[1] ?? /^cat >(\S+)/.exec(command)?.[1] ?? command, body);
  }
  return written;
}

/** What `install_packages` or `apt-get install` is given in a shell script. */
function packagesIn(script: string): string[] {
  const joined = script.replaceAll("\\\n", " ");
  const lists = joined.matchAll(/^(?:install_packages|apt-get [^\n]*--no-install-recommends) ([a-z][^\n]*)$/gm);
  return [...lists].flatMap(([, list = ""]) => list.trim().split(/ +/));
}

describe("the work that up is compared with", () => {
  it.each([
    { file: "puma.service", ours: pumaUnit },
    { file: "nginx-site", ours: nginxConfiguration() },
    { file: "nginx-comes-back.conf", ours: nginxUnitText },
    { file: "journald.conf", ours: writtenBy(prepareHost()).get("/etc/systemd/journald.conf.d/lecture05.conf") },
    { file: "bundle-config", ours: writtenBy(installGems("one")).get(".bundle/config") },
    { file: "socket.env", ours: writtenBy(movePumaToSocket()).get("/etc/lecture05/env.d/20-socket.env") },
    { file: "nginx.env", ours: writtenBy(putNginxBeforePuma()).get("/etc/lecture05/env.d/30-nginx.env") },
  ])("has the same $file", ({ file, ours }) => {
    expect(withoutComments(byHand(`files/${file}`))).toEqual(withoutComments(ours ?? ""));
    expect(ours).toBeTruthy();
  });

  it("has the same settings of the application", () => {
    const ours = writtenBy(configureApp("RELEASE")).get("/etc/lecture05/env.d/10-app.env") ?? "";
    const place = ours
      .replace("=RELEASE", "=@release@")
      .replaceAll("$host", "@host@")
      .replace("$zone", "ap-northeast-1a")
      .replace("$region", "ap-northeast-1");
    expect(withoutComments(byHand("files/app.env"))).toEqual(withoutComments(place));
  });

  it("asks for the same packages", () => {
    const ours = [installRuby(), installNginx()].flatMap(({ text }) => packagesIn(text));
    expect(ours).toContain("nginx");
    expect(packagesIn(byHand("plain.sh"))).toEqual(ours);
    const lists = byHand("playbook.yml").matchAll(/^ +(?:name: )?\[([a-z][^\]]*libyaml-dev[^\]]*|nginx[^\]]*)\]/gm);
    expect([...lists].flatMap(([, list = ""]) => list.split(",").map((name) => name.trim()))).toEqual(ours);
  });
});
