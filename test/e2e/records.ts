import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { InstalledPackage } from "../support/installed-package.ts";
import { statusOf } from "./status.ts";

/** What the tool keeps and reads back of a stack that stands whole. Registered by the file that owns the stack. */
export function records(tool: () => InstalledPackage): void {
  it("records the modules at the versions that the host's package managers report", async () => {
    const { modules } = await statusOf(tool());
    const find = (manager: string, name: string) =>
      modules.find((module) => module.manager === manager && module.name === name);
    const nginx = (await tool().onHost("dpkg-query -W -f '${Version}' nginx")).trim();
    expect(find("apt", "nginx")).toMatchObject({ version: nginx, requested: true, step: "nginx" });
    const gems = await tool().onHost("cd /opt/lecture05/current && bundle list");
    for (const name of ["rails", "puma"]) {
      const version = new RegExp(`\\* ${name} \\(([^)]+)\\)`).exec(gems)?.[1];
      expect(find("gem", name)).toMatchObject({ version, requested: true, step: "puma" });
    }
    // Pulled in by Nginx and by Rails, asked for by nobody.
    expect(find("apt", "nginx-common")).toMatchObject({ requested: false, step: "nginx" });
    expect(find("gem", "actionpack")).toMatchObject({ requested: false, step: "puma" });
  });

  it("writes every AWS call and remote command into the work log", async () => {
    const log = readFileSync(join(tool().stateDirectory, "worklog.ndjson"), "utf8");
    const entries = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const operations = new Set(entries.flatMap((entry) => (entry.kind === "aws" ? [entry.operation] : [])));
    for (const operation of ["CreateVpc", "RunInstances", "SendCommand", "CreateLoadBalancer", "CreateBucket"]) {
      expect(operations).toContain(operation);
    }
    const scripts = new Set(entries.flatMap((entry) => (entry.kind === "remote" ? [entry.script] : [])));
    for (const script of ["install-ruby", "install-gems", "put-nginx-before-puma", "configure-s3"])
      expect(scripts).toContain(script);
  });

  it("passes output and exit code of a command on", async () => {
    const outcome = await tool().cli("exec", "--", "sh", "-c", "echo out; echo err >&2; exit 7");
    expect(outcome).toMatchObject({ code: 7, stdout: "out\n" });
    expect(outcome.stderr).toContain("err");
  });

  it("reads the logs of requests back, without the signatures that addresses hold, and no cookie", async () => {
    const { url } = await statusOf(tool());
    const [mark, signature, session] = [8, 32, 32].map((size) => randomBytes(size).toString("hex"));
    await fetch(`${url}/up?${mark}&X-Amz-Signature=${signature}`, { headers: { cookie: `_session=${session}` } });
    let log = "";
    const isOurs = (line: string): boolean => line.includes(`${mark}`) && line.includes('"kind":"alb"');
    for (const deadline = Date.now() + 30_000; Date.now() < deadline && !log.split("\n").some(isOurs);) {
      log = await tool().ok("logs", "--access", "--since", "1h", "--json");
    }
    const lines = log.trim().split("\n");
    const line = lines.find(isOurs) ?? "";
    expect((JSON.parse(line) as { line: string }).line).toContain(
      `"GET http://${new URL(url).hostname}:80/up?${mark}&X-Amz-Signature=[redacted] HTTP/1.1"`,
    );
    expect(log).not.toContain(signature);
    expect(log).not.toContain(session);
    const seen = lines.map((it) => JSON.parse(it) as { time: string; kind: string });
    expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(["alb", "nginx", "rails", "s3"]));
    expect(seen.map(({ time }) => time)).toEqual(seen.map(({ time }) => time).toSorted());
  });
}
