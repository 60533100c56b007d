import { createHash } from "node:crypto";
import { buildScene } from "../diagram/build-scene.ts";
import { layOut } from "../diagram/layout.ts";
import { escapeXml, renderSvg } from "../diagram/svg.ts";
import type { Topology } from "../diagram/topology.ts";
import type { ReportData } from "../report/data.ts";
import { mapTexts, type Picture } from "../report/document.ts";
import { renderBlock } from "../report/html.ts";
import { drawDrill } from "../report/drills-section.ts";
import { renderTimeline } from "../report/timeline.ts";
import { writeDocument } from "../report/write-document.ts";
import type { Language } from "../text.ts";
import type { WebFile } from "./serve.ts";

type Pictures = Parameters<typeof writeDocument>[1];

export interface ReportPart {
  /** Changes with the contents. */
  readonly version: string;
  readonly html: string;
  /** By path: "/pictures/diagram.svg". */
  readonly pictures: ReadonlyMap<string, WebFile>;
}

/**
 * The report as a part of the page: the same blocks as in the hand-in. Drawings are files of their own, because their
 * styles have no place in a page that allows none. The evidence pictures are left to the hand-in: a browser would have
 * to be started for them with every change.
 */
export function createReportPart(language: Language, redact: (text: string) => string) {
  // Placing the boxes takes most of the time, and the stack changes less often than its records.
  let drawn:
    | { readonly topology: Topology; readonly diagram: Picture; readonly found: Pictures["contradictions"] }
    | undefined;

  const draw = async (topology: Topology): Promise<NonNullable<typeof drawn>> => {
    if (drawn?.topology === topology) return drawn;
    const scene = buildScene(topology, { language, redact });
    const diagram = { file: "diagram.svg", alt: scene.title, data: renderSvg(scene, await layOut(scene)) };
    return { topology, diagram, found: scene.contradictions };
  };

  return async (data: ReportData): Promise<ReportPart> => {
    drawn = data.topology && (await draw(data.topology));
    const timeline: Picture = {
      file: "timeline.svg",
      alt: language === "ja" ? "ステップごとの時間の内訳" : "Where the time of each step went",
      data: renderTimeline(data, language),
    };
    const drills = data.drills.map((record) => drawDrill(record, language));
    const pictures = new Map<string, WebFile>();
    const keep = ({ file, alt, data: bytes }: Picture): string => {
      // A new drawing has a new address, or the browser would go on showing the old one.
      const version = hashOf(bytes);
      const path = `/pictures/${version}-${file}`;
      pictures.set(path, { type: file.endsWith(".svg") ? "image/svg+xml" : "image/png", body: bytes });
      return `<div class="drawing-file scroll" role="region" tabindex="0" aria-label="${escapeXml(alt)}"><img alt="${escapeXml(alt)}" src="${path}"></div>`;
    };
    const { blocks } = mapTexts(
      writeDocument(
        data,
        { diagram: drawn?.diagram, contradictions: drawn?.found ?? [], timeline, drills, evidence: new Map() },
        language,
      ),
      redact,
    );
    const contents = blocks.map((block) =>
      block.kind === "heading" && block.level === 2
        ? `<li><a href="#${block.id}">${escapeXml(block.text)}</a></li>`
        : "",
    );
    const html = [
      `<nav aria-label="${language === "ja" ? "目次" : "Contents"}"><ul>${contents.join("")}</ul></nav>`,
      ...blocks.map((block, index) => renderBlock(block, index, language, keep)),
    ].join("\n");
    return { version: hashOf(html), html, pictures };
  };
}

const hashOf = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex").slice(0, 12);
