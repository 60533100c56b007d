import { describe, expect, it } from "vitest";
import { type MachineFacts, recipesFor } from "../../../src/sandbox/docker/recipe.ts";

const machine: MachineFacts = {
  architecture: "amd64",
  mirrors: { main: "http://mirror.example/debian", security: "http://mirror.example/debian-security" },
  aptSettings: ['Acquire::Check-Valid-Until "false";'],
  authorities: [],
  proxies: {},
};
const fileOf = (facts: MachineFacts, path: string): string | undefined =>
  recipesFor(facts).host.files.find((file) => file.path === path)?.content;

describe("recipesFor", () => {
  it("names images by what goes into them", () => {
    const { host, appliance, database } = recipesFor(machine);
    expect(host.tag).toMatch(/^lecture05\/host:[0-9a-f]{16}$/);
    expect(recipesFor({ ...machine }).host.tag).toBe(host.tag);
    const changed: Partial<MachineFacts>[] = [
      { architecture: "arm64" },
      { authorities: ["-----BEGIN CERTIFICATE-----"] },
      { proxies: { http_proxy: "http://proxy.example:3128" } },
      { mirrors: { ...machine.mirrors, security: undefined } },
    ];
    for (const change of changed) {
      const other = recipesFor({ ...machine, ...change });
      expect(other.host.tag).not.toBe(host.tag);
      // These stand on the host image.
      expect(other.appliance.tag).not.toBe(appliance.tag);
      expect(other.database.tag).not.toBe(database.tag);
    }
  });

  it("gives hosts this machine's mirrors, apt settings, proxies and authorities", () => {
    const company = {
      ...machine,
      authorities: ["PEM"],
      proxies: { http_proxy: "http://p:1", https_proxy: "http://p:2" },
    };
    expect(fileOf(company, "/etc/apt/sources.list.d/lecture05.sources")).toBe(`Types: deb
URIs: http://mirror.example/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`);
    expect(fileOf(company, "/etc/apt/apt.conf.d/90lecture05")).toBe(
      'Acquire::Languages "none";\nAcquire::Check-Valid-Until "false";\nAcquire::http::Proxy "http://p:1";\nAcquire::https::Proxy "http://p:2";\n',
    );
    expect(fileOf(company, "/usr/local/share/ca-certificates/lecture05-1.crt")).toBe("PEM\n");
  });

  it("prefers apt's own proxy over the environment's", () => {
    const aptSettings = ['Acquire::http::Proxy "http://apt:3142";'];
    const text = fileOf(
      { ...machine, aptSettings, proxies: { http_proxy: "http://p:1" } },
      "/etc/apt/apt.conf.d/90lecture05",
    );
    expect(text).toBe('Acquire::Languages "none";\nAcquire::http::Proxy "http://apt:3142";\n');
  });

  it("brings a first bundle of authorities only for a mirror on HTTPS", () => {
    const path = "/usr/lib/lecture05/first-bundle.pem";
    expect(fileOf(machine, path)).toBe("");
    const secure = { ...machine, mirrors: { main: "https://mirror.example/debian", security: undefined } };
    expect(fileOf(secure, path)).toContain("BEGIN CERTIFICATE");
  });

  it("leaves no policy-rc.d, package lists or machine id in the image", () => {
    const { script } = recipesFor(machine).host;
    expect(script.indexOf("rm -f /usr/sbin/policy-rc.d")).toBeGreaterThan(script.indexOf("apt-get -q -y"));
    expect(script).toContain("rm -rf /var/lib/apt/lists/*");
    expect(script).toContain(": > /etc/machine-id");
  });
});
