import { join } from "node:path";
import { buildScene } from "../diagram/build-scene.ts";
import { renderDrawio } from "../diagram/drawio.ts";
import { layOut } from "../diagram/layout.ts";
import { renderSvg } from "../diagram/svg.ts";
import type { Topology } from "../diagram/topology.ts";
import type { Browser } from "../records/browser.ts";
import { renderSbom } from "../records/sbom.ts";
import type { KeptPage } from "../records/seen-pages.ts";
import type { StepName } from "../steps/names.ts";
import type { Language } from "../text.ts";
import type { ReportData } from "./data.ts";
import { mapTexts, type Picture } from "./document.ts";
import { drawDrill } from "./drills-section.ts";
import { gatherEvidence } from "./evidence.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Pictures } from "./pictures.ts";
import { renderTimeline } from "./timeline.ts";
import { writeDocument } from "./write-document.ts";
import { readIfThere, type ReportFiles } from "./write-files.ts";

export interface MakeReportOptions {
  readonly language: Language;
  /** See EvidenceOptions. */
  readonly browser?: Promise<Browser | undefined> | undefined;
  readonly redact: (text: string) => string;
  readonly now: Date;
  /** Where the report will be written; pictures of an unchanged stage are taken from there. */
  readonly directory: string;
  /** The page as a stage's checks saw it. */
  readonly page?: (step: StepName) => KeptPage | undefined;
}

/** All files of the report, in memory. */
export async function makeReport(data: ReportData, options: MakeReportOptions): Promise<ReportFiles> {
  const { language, redact, directory } = options;
  const timeline: Picture = {
    file: "timeline.svg",
    alt: language === "ja" ? "ステップごとの時間の内訳" : "Where the time of each step went",
    data: renderTimeline(data, language),
  };
  // The browser works in processes of its own while the boxes are placed here.
  const [evidence, drawn, boms] = await Promise.all([
    gatherEvidence(data, { ...options, earlier: (file) => readIfThere(join(directory, file)) }),
    data.topology ? draw(data.topology, options) : undefined,
    writeBoms(data, redact),
  ]);
  const drills = data.drills.map((record) => drawDrill(record, language));
  const contradictions = drawn?.contradictions ?? [];
  const pictures = { diagram: drawn?.diagram, contradictions, timeline, evidence, drills };
  const document = mapTexts(writeDocument(data, pictures, language), redact);
  return new Map<string, string | Buffer>([
    ...(drawn?.files ?? []),
    [timeline.file, timeline.data],
    ...drills.map(({ picture }) => [picture.file, picture.data] as const),
    ...[...evidence.values()].map(({ picture }) => [picture.file, picture.data] as const),
    ...boms,
    ["index.html", renderHtml(document)],
    ["lecture05.md", renderMarkdown(document)],
  ]);
}

interface Drawn extends Pick<Pictures, "contradictions"> {
  readonly diagram: Picture;
  readonly files: readonly (readonly [string, string | Buffer])[];
}

async function draw(topology: Topology, { language, redact }: MakeReportOptions): Promise<Drawn> {
  const scene = buildScene(topology, { language, redact });
  const layout = await layOut(scene);
  const diagram = { file: "diagram.svg", alt: scene.title, data: renderSvg(scene, layout) };
  return {
    diagram,
    contradictions: scene.contradictions,
    files: [
      [diagram.file, diagram.data],
      ["diagram.drawio", renderDrawio(scene, layout)],
    ],
  };
}

function writeBoms(
  { hosts, modules, stack, updatedAt }: ReportData,
  redact: (text: string) => string,
): Promise<(readonly [string, string])[]> {
  return Promise.all(
    hosts.map(async ({ instanceId }) => {
      const own = modules
        .filter((module) => module.instanceId === instanceId)
        // A licence is what a gem's author wrote.
        .map((module) => (module.licence ? { ...module, licence: redact(module.licence) } : module));
      const bom = await renderSbom({ instanceId, stack, modules: own, recordedAt: new Date(updatedAt) });
      return [`sbom/${instanceId}.cdx.json`, bom] as const;
    }),
  );
}
