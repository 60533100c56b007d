import { expect, it } from "vitest";
import { HostFacts } from "../../src/diagnose/host-facts.ts";
import { siteChanges, upstreamOf } from "../../src/diagnose/nginx-files.ts";
import { nginxConfiguration } from "../../src/remote/nginx-configuration.ts";
import { socketPath, standInSocketPath } from "../../src/remote/paths.ts";

/** As a host with this site tells of it. */
const factsWith = (site: string): HostFacts =>
  new HostFacts(
    ["# configuration file /etc/nginx/sites-enabled/lecture05:", ...site.split("\n").filter(Boolean)]
      .map((line) => `nginx.files ${line}`)
      .join("\n"),
  );
const afterDeploy = nginxConfiguration({ standInSocket: standInSocketPath });

it.each([
  ["as the step wrote it", nginxConfiguration()],
  ["as the first deploy to a single host left it", afterDeploy],
])("takes a site %s for ours", (_what, site) => {
  expect(siteChanges(factsWith(site))).toEqual([]);
  expect(upstreamOf(factsWith(site))).toBe(socketPath);
});

it("names what somebody changed in either", () => {
  for (const site of [nginxConfiguration(), afterDeploy]) {
    expect(siteChanges(factsWith(site.replace("server_tokens off;", "server_tokens on;")))).toEqual([
      "+ server_tokens on;",
      "- server_tokens off;",
    ]);
  }
  expect(siteChanges(factsWith(afterDeploy.replace("\n        proxy_next_upstream error;", "")))).toEqual([
    "- proxy_next_upstream error;",
  ]);
});
