import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { buildScene } from "../diagram/build-scene.ts";
import { layOut } from "../diagram/layout.ts";
import type { Scene } from "../diagram/scene.ts";
import { Lecture05Error } from "../errors.ts";
import { shown } from "../text.ts";
import type { Command, Invocation } from "./command.ts";
import { oneOf } from "./one-of.ts";
import { publicationFilter } from "./publication.ts";
import { requireState } from "./require-state.ts";
import { reach } from "./stack-session.ts";
import { optionalStepName } from "./step-name.ts";
import { topologyNow } from "./topology-now.ts";

export const diagramFormats = ["svg", "drawio", "mermaid", "png"] as const;
type Format = (typeof diagramFormats)[number];

/** Draws what is there now. The picture goes to stdout, or to --out; contradictions are listed on stderr. */
export const diagram: Command = async (invocation) => {
  const stage = optionalStepName(invocation.options.stage);
  const format = formatOf(invocation.options.format, invocation.options.out);
  const out =
    typeof invocation.options.out === "string" ? resolve(invocation.io.cwd, invocation.options.out) : undefined;
  if (format === "png" && out === undefined) {
    throw new Lecture05Error("USAGE", {
      what: { en: "A PNG picture needs a file", ja: "PNG の出力先を指定してください" },
      next: ["lecture05 diagram --format png --out diagram.png"],
    });
  }
  const redact = await publicationFilter(invocation, requireState(invocation.preferences));
  return reach(invocation, async (reached) => {
    const topology = await topologyNow(reached, reached.state, invocation.signal());
    const scene = buildScene(topology, { language: invocation.language, redact, ...(stage ? { stage } : {}) });
    (await invocation.reporter()).pause();
    await write(invocation, scene, format, out);
    return 0;
  });
};

async function write(invocation: Invocation, scene: Scene, format: Format, out: string | undefined): Promise<void> {
  if (format === "png") {
    const { screenshotSvg } = await import("../records/browser.ts");
    const { renderSvg } = await import("../diagram/svg.ts");
    await screenshotSvg(renderSvg(scene, await layOut(scene)), out ?? "", invocation.io.env);
  } else {
    const text = await render(scene, format);
    if (out === undefined) invocation.io.stdout.write(text);
    else writeFileSync(out, text);
  }
  if (out !== undefined) {
    invocation.print(invocation.text({ en: `Drawn: ${out}`, ja: `構成図を出力しました: ${out}` }));
  }
  const lines = scene.contradictions.map(
    ({ subject, text }, index) => `  ${index + 1}. ${subject}: ${invocation.text(text)}`,
  );
  if (lines.length === 0) return;
  const head = invocation.text({ en: "Contradictions on the picture:", ja: "構成図の矛盾点:" });
  invocation.io.stderr.write(`${[head, ...lines].join("\n")}\n`);
}

async function render(scene: Scene, format: Exclude<Format, "png">): Promise<string> {
  if (format === "mermaid") return (await import("../diagram/mermaid.ts")).renderMermaid(scene);
  const layout = await layOut(scene);
  if (format === "drawio") return (await import("../diagram/drawio.ts")).renderDrawio(scene, layout);
  return (await import("../diagram/svg.ts")).renderSvg(scene, layout);
}

/** From --format, else from the file's name, else SVG. */
function formatOf(flag: unknown, out: unknown): Format {
  const ending = typeof out === "string" ? /\.([a-z]+)$/i.exec(out)?.[1]?.toLowerCase() : undefined;
  const fromName = ending === "mmd" || ending === "md" ? "mermaid" : ending;
  if (typeof flag !== "string") return diagramFormats.find((format) => format === fromName) ?? "svg";
  return oneOf(flag, diagramFormats, {
    code: "USAGE",
    what: { en: `There is no format "${shown(flag)}"`, ja: `形式 "${shown(flag)}" はありません` },
    label: { en: "Formats", ja: "使える形式" },
    next: "lecture05 diagram --format svg --out diagram.svg",
  });
}
