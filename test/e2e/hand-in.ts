import { AuthorizeSecurityGroupIngressCommand, RevokeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type Page } from "playwright-core";
import { expect, it } from "vitest";
import { textIn } from "../../src/records/png-text.ts";
import { lectureSteps } from "../../src/steps/names.ts";
import { drawioFaults, svgFaults } from "../diagram/in-page.mjs";
import type { InstalledPackage } from "../support/installed-package.ts";
import { securityGroup, toEc2 } from "../support/stack-aws.ts";
import { onHost, stackOf } from "../support/stack.ts";
import { statusOf } from "./status.ts";

interface Written {
  readonly directory: string;
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
}

async function writeReport(tool: InstalledPackage, ...options: string[]): Promise<Written> {
  const lines = (await tool.ok("report", "--json", ...options)).trim().split("\n");
  return JSON.parse(lines.at(-1) ?? "") as Written;
}

/** Report, diagram and modules of a stack that stands whole. They change nothing, and cost some ten seconds. */
export function handIn(tool: () => InstalledPackage): void {
  it("hands in what is really there: pages, diagram, modules", async () => {
    const { steps, hosts, modules } = await statusOf(tool());
    const startedAt = performance.now();
    const { directory, written } = await writeReport(tool(), "--lang", "ja");
    process.stdout.write(`report: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    expect(written).toEqual(
      expect.arrayContaining(["index.html", "lecture05.md", "diagram.svg", "diagram.drawio", "timeline.svg"]),
    );
    const read = (file: string): string => readFileSync(join(directory, file), "utf8");

    // A picture per stage, taken of the stage's own page.
    const origins = new Map(
      readdirSync(join(directory, "evidence")).map((file) => [
        file.replace(/-\d{8}T\d+\.png$/, ""),
        textIn(readFileSync(join(directory, "evidence", file))),
      ]),
    );
    expect([...origins.keys()].toSorted()).toEqual(lectureSteps.toSorted());
    expect(origins.get("puma")?.URL).toBe("http://127.0.0.1:3000/");
    expect(origins.get("puma-socket")?.URL).toBe("unix:/run/lecture05/puma.sock");
    expect(origins.get("nginx")?.URL).toBe("http://127.0.0.1/");
    expect(origins.get("s3")?.URL).toMatch(/\/fruits\/\d+$/);
    for (const [step, origin] of origins) {
      expect(origin.Host, step).toBe(hosts.map(({ instanceId }) => instanceId).join(", "));
      const begun =
        steps
          .find(({ name }) => name === step)
          ?.startedAt.slice(0, 19)
          .replace("T", " ") ?? "";
      expect((origin["Creation Time"] ?? "") >= begun, step).toBe(true);
    }

    // What the package managers said is in the document for other programs.
    const bom = JSON.parse(read(`sbom/${hosts[0]?.instanceId}.cdx.json`)) as {
      components: { name: string; version: string }[];
    };
    const key = ({ name, version }: { name: string; version: string }): string => `${name} ${version}`;
    expect(bom.components.map(key).toSorted()).toEqual(modules.map(key).toSorted());

    await inBrowser(async (page, requests) => {
      await page.goto(`file://${encodeURI(join(directory, "index.html"))}`);
      expect(requests).toEqual([]);
      await page.setContent(read("index.html").replace(/<meta http-equiv[^>]*>/, ""));
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
      expect(violations.map(({ id, impact }) => `${impact} ${id}`)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      await page.setContent(`<!doctype html><body style="margin:0">${read("diagram.svg")}</body>`);
      expect(await page.evaluate(svgFaults)).toEqual([]);
      expect(await page.evaluate(drawioFaults, read("diagram.drawio"))).toEqual([]);
    });

    const again = await writeReport(tool(), "--lang", "ja");
    expect(again.unchanged).toEqual(expect.arrayContaining(written.filter((file) => file.startsWith("evidence/"))));
  });

  it("marks a port that somebody opened, and only while it is open", async () => {
    const stack = { tool: tool() };
    const ec2 = await toEc2(stack);
    const { id: GroupId } = await securityGroup(stack, "host");
    const ssh = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "10.9.9.9/32" }] };
    const rule = { GroupId, IpPermissions: [ssh] };
    const contradictions = async (): Promise<string> => (await tool().cli("diagram", "--format", "mermaid")).stderr;
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));
    try {
      expect(await contradictions()).toContain("TCP 22 is open to 10.9.9.9/32, and nothing needs that");
    } finally {
      await ec2.send(new RevokeSecurityGroupIngressCommand(rule));
    }
    const left = await contradictions();
    expect(left).not.toContain("TCP 22");
    expect(left).toContain("All targets are in ap-northeast-1a");
  });

  it("notices a package that came after the record, and what a stage brought", async () => {
    const check = async (): Promise<{ code: number | null; added: string[] }> => {
      const { code, stdout } = await tool().cli("modules", "--check", "--json");
      const [line = "{}"] = stdout.trim().split("\n");
      const { added } = JSON.parse(line) as { added: { name: string }[] };
      return { code, added: added.map(({ name }) => name) };
    };
    expect(await check()).toEqual({ code: 0, added: [] });
    const stack = await stackOf(tool());
    await onHost(
      stack,
      `
      set -e; cd "$(mktemp -d)"; mkdir -p drift/DEBIAN
      printf 'Package: drift\\nVersion: 1.0\\nArchitecture: all\\nMaintainer: x <x@example.com>\\nDescription: x\\n' >drift/DEBIAN/control
      dpkg-deb -b drift >/dev/null; dpkg -i drift.deb >/dev/null`,
    );
    try {
      expect(await check()).toEqual({ code: 1, added: ["drift"] });
    } finally {
      await onHost(stack, "dpkg -P drift >/dev/null");
    }
    expect(await check()).toEqual({ code: 0, added: [] });
    const stages = JSON.parse(await tool().ok("modules", "--diff", "puma-socket..nginx", "--json")) as {
      added: { name: string }[];
      removed: unknown[];
    };
    expect(stages.added.map(({ name }) => name)).toEqual(expect.arrayContaining(["nginx", "nginx-common"]));
    expect(stages.removed).toEqual([]);
  });
}

/** After `destroy`: from the records alone, with the diagram of the last look. */
export async function handInFromRecords(tool: InstalledPackage): Promise<void> {
  const { directory } = await writeReport(tool, "--lang", "en");
  const text = readFileSync(join(directory, "lecture05.md"), "utf8");
  expect(text).toContain("The stack has been taken down. This report was made from its records.");
  expect(text).toContain("| Steps | 7 of 7 done |");
  expect(readFileSync(join(directory, "diagram.svg"), "utf8")).toContain("Application Load Balancer");
}

async function inBrowser(work: (page: Page, requests: readonly string[]) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    const requests: string[] = [];
    page.on("request", (request) => {
      if (!/^(about|data|file):/.test(request.url())) requests.push(request.url());
    });
    await work(page, requests);
  } finally {
    await browser.close();
  }
}
