import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const program = fileURLToPath(new URL("../../bench/compare-hosts.mjs", import.meta.url));

const host = `
== packages
ii  nginx 1.26.3-3 amd64
ii  ruby 1:3.3 amd64

== gems
puma (7.0.4)

== units
Restart=on-failure

== nginx
listen 80;
keepalive_timeout 75s;

== settings
SERVE_STATIC=0

== application
./config.ru f 640 root:app

== answer: GET /up
HTTP/1.1 200 OK

== answer: GET /
HTTP/1.1 200 OK
`;

function compare(one: string, other: string): { readonly lines: string[]; readonly status: number | null } {
  const directory = temporaryDirectory();
  const files = [one, other].map((text, index) => {
    const file = join(directory, String(index));
    writeFileSync(file, text);
    return file;
  });
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...files], { encoding: "utf8" });
  if (stderr !== "") throw new Error(stderr);
  return { status, lines: stdout.split("\n").filter(Boolean) };
}

it("finds no difference between a host and itself", () => {
  expect(compare(host, host)).toEqual({ status: 0, lines: [] });
});

it.each([
  { what: "a version", other: host.replace("1.26.3-3", "1.26.3-4"), lines: 2, names: "packages" },
  {
    what: "a package more",
    other: host.replace("ii  ruby", "ii  less 1 amd64\nii  ruby"),
    lines: 1,
    names: "packages",
  },
  { what: "a gem", other: host.replace("7.0.4", "7.0.5"), lines: 2, names: "gems" },
  { what: "a unit's setting", other: host.replace("on-failure", "always"), lines: 2, names: "units" },
  {
    what: "the order of Nginx's lines",
    other: host.replace("listen 80;\nkeepalive_timeout 75s;", "keepalive_timeout 75s;\nlisten 80;"),
    lines: 1,
    names: "nginx",
  },
  { what: "a line twice", other: host.replace("listen 80;", "listen 80;\nlisten 80;"), lines: 1, names: "nginx" },
  { what: "a mode", other: host.replace("640", "644"), lines: 2, names: "application" },
  {
    what: "an answer",
    other: host.replace("/up\nHTTP/1.1 200 OK", "/up\nHTTP/1.1 502 Bad Gateway"),
    lines: 2,
    names: "answer: GET /up",
  },
  { what: "a section more", other: `${host}\n== answer: on port 3000\n7\n`, lines: 1, names: "answer: on port 3000" },
])("finds $what", ({ other, lines, names }) => {
  const found = compare(host, other);
  expect(found.status).toBe(1);
  expect(found.lines).toHaveLength(lines);
  for (const line of found.lines) expect(line).toMatch(new RegExp(`^${names}: `));
});

it("is not content with hosts of which it knows nothing", () => {
  expect(compare("", "")).toMatchObject({ status: 1 });
  expect(compare(host, host.replace(/== gems\n.*\n/, "")).lines).toContain("gems: nothing is known of it");
});
