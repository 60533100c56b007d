import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildScene } from "../../src/diagram/build-scene.ts";
import { renderDrawio } from "../../src/diagram/drawio.ts";
import { layOut } from "../../src/diagram/layout.ts";
import { renderMermaid } from "../../src/diagram/mermaid.ts";
import type { PlacedBox } from "../../src/diagram/placed.ts";
import { allBoxes, type Scene } from "../../src/diagram/scene.ts";
import { renderSvg } from "../../src/diagram/svg.ts";
import type { Topology } from "../../src/diagram/topology.ts";
import { redactForPublication } from "../../src/records/publish.ts";
import { lectureSteps, type StepName } from "../../src/steps/names.ts";
import { drawioFaults, svgFaults } from "./in-page.mjs";
import { databaseOf, fullTopology, instance } from "./topology.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
}, 60_000);

afterAll(async () => {
  await browser.close();
});

const oneHost: Partial<Topology> = {
  instances: [instance("a")],
  targetGroup: {
    name: "lecture05",
    port: 80,
    healthCheckPath: "/up",
    targets: [{ instanceId: instance("a").id, port: 80, state: "healthy" }],
  },
};
const scene = (changes: Partial<Topology> = {}, stage?: StepName, language: "en" | "ja" = "ja"): Scene =>
  buildScene(fullTopology(changes), { language, redact: redactForPublication, ...(stage ? { stage } : {}) });

/** What a browser finds wrong with the places of the words and boxes of an SVG. */
async function faultsIn(svg: string): Promise<string[]> {
  const page = await browser.newPage();
  try {
    await page.setContent(`<!doctype html><body style="margin:0">${svg}</body>`);
    return await page.evaluate(svgFaults);
  } finally {
    await page.close();
  }
}

const rdsGroup = { id: "sg-database", name: "database", rules: [{ ports: "TCP 3306", source: "host", open: false }] };

describe("the picture", () => {
  it.each(lectureSteps.flatMap((stage) => (["en", "ja"] as const).map((language) => [stage, language] as const)))(
    "of stage %s in %s has no words that overlap or leave their boxes",
    async (stage, language) => {
      for (const changes of [{}, oneHost]) {
        const drawn = scene(changes, stage, language);
        expect(await faultsIn(renderSvg(drawn, await layOut(drawn)))).toEqual([]);
      }
    },
  );

  it.each(["en", "ja"] as const)(
    "of stage database in %s has it in the private subnet, in its own group",
    async (language) => {
      const database = databaseOf(fullTopology());
      for (const changes of [{}, oneHost]) {
        const drawn = scene(
          { ...changes, database, groups: [...fullTopology().groups, rdsGroup] },
          "database",
          language,
        );
        const svg = renderSvg(drawn, await layOut(drawn));
        expect(await faultsIn(svg)).toEqual([]);
        expect(svg).toContain("RDS MySQL 8.4.7");
        expect(svg).toContain("TCP 3306 ← host");
        expect(svg).toContain("MySQL 3306");
        // It is no part of what an earlier step made.
        const before = scene({ ...changes, database }, "s3", language);
        expect(renderSvg(before, await layOut(before))).not.toContain("RDS");
      }
    },
  );

  it.each(["ec2", "nginx-puma", "s3"] as const)("has zone a on the left at stage %s", async (stage) => {
    for (const changes of [{}, oneHost]) {
      const { boxes } = await layOut(scene(changes, stage));
      const every = (placed: readonly PlacedBox[]): PlacedBox[] =>
        placed.flatMap((box) => [box, ...every(box.children)]);
      const zones = every(boxes).filter(({ box }) => box.kind === "zone");
      expect(zones.map(({ box }) => box.id.at(-1))).toEqual(["a", "c"]);
      expect(zones[0]!.x).toBeLessThan(zones[1]!.x);
    }
  });

  it("would be caught with an arrow through words", async () => {
    const drawn = scene();
    const svg = renderSvg(drawn, await layOut(drawn));
    const [, x = "", y = ""] = /data-words="bucket"[\s\S]*?<text class="ink" x="([\d.]+)" y="([\d.]+)"/.exec(svg) ?? [];
    const through = svg.replace(
      /(data-arrow="user internet" d=")[^"]*/,
      `$1M${Number(x) + 20} 0L${Number(x) + 20} ${Number(y) + 50}`,
    );
    expect(await faultsIn(svg)).toEqual([]);
    expect((await faultsIn(through)).join()).toContain("the arrow user internet goes through");
  });

  it("would be caught with overlapping words", async () => {
    const drawn = scene();
    const svg = renderSvg(drawn, await layOut(drawn));
    const moved = svg.replace(/(<text class="soft" x=")[\d.]+(" y=")[\d.]+/, "$116$230");
    expect(await faultsIn(moved)).not.toEqual([]);
  });

  it("marks each contradiction and lists it", async () => {
    const drawn = scene({ bucket: { ...fullTopology().bucket!, isPrivate: false } });
    expect(allBoxes(drawn.boxes).find(({ id }) => id === "bucket")?.marks).toEqual([1]);
    const svg = renderSvg(drawn, await layOut(drawn));
    expect(svg).toContain("ブロックパブリックアクセスがオフです");
    expect(svg).toContain('class="mark"');
  });

  it("draws the proved path solid and the unproved one dashed", () => {
    expect(scene().arrows.every(({ proved }) => proved)).toBe(true);
    expect(scene({ proved: new Map() }, "alb").arrows.some(({ proved }) => proved)).toBe(false);
  });

  it("calls a network load balancer by its name, with the addresses that stay", () => {
    const elasticIps = ["203.0.113.1", "203.0.113.2"];
    const { boxes } = scene({ ...oneHost, loadBalancer: { ...fullTopology().loadBalancer!, elasticIps } }, "alb");
    const drawn = JSON.stringify(boxes);
    expect(drawn).toContain("Network Load Balancer");
    expect(drawn).not.toContain("Application Load Balancer");
    expect(drawn).toContain("Elastic IP: xxx.xxx.xxx.xxx, xxx.xxx.xxx.xxx");
    expect(drawn).toContain("リスナー: TCP 80");
  });

  it("comes by HTTPS where a listener speaks it", () => {
    const balancer = { ...fullTopology().loadBalancer!, listenerPorts: [80, 443], securePorts: [443] };
    const { arrows, boxes } = scene({ ...oneHost, loadBalancer: balancer }, "alb");
    expect(arrows.slice(0, 3).map(({ label }) => label)).toEqual(["HTTPS 443", "HTTPS 443", "HTTPS 443"]);
    expect(JSON.stringify(boxes)).toContain("HTTPS 443, HTTP 80 → 443");
  });

  it("leads through the parts in their order", () => {
    const { arrows } = scene(oneHost, "s3");
    const host = instance("a").id;
    expect(arrows.map(({ from, to, label }) => [from, to, label])).toEqual([
      ["user", "internet", "HTTP 80"],
      ["internet", "gateway", "HTTP 80"],
      ["gateway", "load-balancer", "HTTP 80"],
      ["load-balancer", "target-group", ""],
      ["target-group", `nginx-${host}`, "HTTP 80"],
      [`nginx-${host}`, `socket-${host}`, "HTTP (unix)"],
      [`socket-${host}`, `puma-${host}`, ""],
      [`puma-${host}`, `database-${host}`, "SQL"],
      [`puma-${host}`, "bucket", "HTTPS 443"],
      [`host-${host}`, "role", "IMDSv2"],
    ]);
  });

  it("keeps account, bucket suffix, public addresses and the load balancer's number to itself", async () => {
    const drawn = scene();
    const layout = await layOut(drawn);
    for (const text of [renderSvg(drawn, layout), renderDrawio(drawn, layout), renderMermaid(drawn)]) {
      for (const secret of ["123456789012", "0123456789ab", "198.51.100.7", "1234567890"]) {
        expect(text).not.toContain(secret);
      }
      expect(text).toContain("10.5.1.10");
    }
  });

  it("makes a diagrams.net file in which everything lies inside of its parent, and every end of an arrow exists", async () => {
    const drawn = scene();
    const page = await browser.newPage();
    const faults = await page.evaluate(drawioFaults, renderDrawio(drawn, await layOut(drawn)));
    await page.close();
    expect(faults).toEqual([]);
  });
});
