import type { Layout, PlacedArrow, PlacedBox, Point } from "./placed.ts";
import { noteLines } from "./notes.ts";
import type { BoxKind, Scene } from "./scene.ts";
import { escapeXml } from "./svg.ts";
import { strokeOf } from "./theme.ts";

/** Shapes of diagrams.net's own AWS library (`mxgraph.aws4`), so that the file looks at home and stays editable. */
const groupShapes: Partial<Readonly<Record<BoxKind, string>>> = {
  account: "grIcon=mxgraph.aws4.group_aws_cloud_alt;strokeColor=#232F3E;",
  region: "grIcon=mxgraph.aws4.group_region;strokeColor=#00A4A6;dashed=1;",
  vpc: "grIcon=mxgraph.aws4.group_vpc2;strokeColor=#8C4FFF;",
  "public-subnet": "grIcon=mxgraph.aws4.group_security_group;grStroke=0;strokeColor=#7AA116;fillColor=#F2F6E8;",
  "private-subnet": "grIcon=mxgraph.aws4.group_security_group;grStroke=0;strokeColor=#00A4A6;fillColor=#E6F6F7;",
  instance: "grIcon=mxgraph.aws4.group_ec2_instance_contents;strokeColor=#D86613;",
};

const iconShapes: Partial<Readonly<Record<BoxKind, string>>> = {
  user: "shape=mxgraph.aws4.user;fillColor=#232F3E;",
  internet: "shape=mxgraph.aws4.internet_alt2;fillColor=#232F3E;",
  "internet-gateway": "shape=mxgraph.aws4.internet_gateway;fillColor=#8C4FFF;",
  "load-balancer": "shape=mxgraph.aws4.application_load_balancer;fillColor=#8C4FFF;",
  "systems-manager":
    "shape=mxgraph.aws4.resourceIcon;resIcon=mxgraph.aws4.systems_manager;fillColor=#E7157B;strokeColor=#ffffff;",
  instance: "shape=mxgraph.aws4.instance2;fillColor=#ED7100;",
  bucket: "shape=mxgraph.aws4.bucket;fillColor=#7AA116;",
  role: "shape=mxgraph.aws4.role;fillColor=#DD344C;",
};

const drawioIcon = 24;
const left = 12;

/** The picture as a diagrams.net file: nested containers at the places of the SVG, connectors with their bends. */
export function renderDrawio(scene: Scene, layout: Layout): string {
  const cells = [
    '<mxCell id="0"/>',
    '<mxCell id="1" parent="0"/>',
    ...layout.boxes.flatMap((box) => boxCells(box, "1", { x: 0, y: 0 })),
    ...layout.arrows.map(arrowCell),
    notesCell(scene, layout),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<mxfile host="lecture05" type="device">
  <diagram id="architecture" name="${escapeXml(scene.title)}">
    <mxGraphModel dx="0" dy="0" grid="1" gridSize="10" page="1" pageWidth="${layout.width}" pageHeight="${layout.height}" math="0" shadow="0">
      <root>
        ${cells.join("\n        ")}
      </root>
    </mxGraphModel>
  </diagram>
</mxfile>
`;
}

function boxCells(placed: PlacedBox, parent: string, origin: Point): string[] {
  const { box, children } = placed;
  const marks = box.marks.map((number) => ` ⚠${number}`).join("");
  // Labels are HTML inside of an attribute: escaped once for each.
  const label = [`<b>${escapeXml(box.title + marks)}</b>`, ...box.lines.map(escapeXml)].join("<br>");
  const geometry = `<mxGeometry x="${placed.x - origin.x}" y="${placed.y - origin.y}" width="${placed.width}" height="${placed.height}" as="geometry"/>`;
  const icon = children.length > 0 ? [] : iconCells(placed);
  const style = children.length > 0 ? groupStyle(placed) : nodeStyle(box.kind, icon.length > 0);
  return [
    `<mxCell id="${escapeXml(box.id)}" value="${escapeXml(label)}" style="${style}" vertex="1" parent="${escapeXml(parent)}">${geometry}</mxCell>`,
    ...icon,
    ...children.flatMap((child) => boxCells(child, box.id, placed)),
  ];
}

/** Title and notes, below the picture. */
function notesCell(scene: Scene, { width, height }: Layout): string {
  const marks = scene.contradictions.length;
  const notes = noteLines(scene).map((note, index) => escapeXml(index < marks ? `⚠${index + 1} ${note}` : note));
  const label = [`<b>${escapeXml(scene.title)}</b>`, escapeXml(scene.subtitle), ...notes].join("<br>");
  const style = "text;html=1;whiteSpace=wrap;align=left;verticalAlign=top;fontSize=11;strokeColor=none;fillColor=none;";
  return `<mxCell id="notes" value="${escapeXml(label)}" style="${style}" vertex="1" parent="1"><mxGeometry x="0" y="${height + 10}" width="${width}" height="${16 * (notes.length + 2) + 10}" as="geometry"/></mxCell>`;
}

function groupStyle({ box: { kind }, wordsShift }: PlacedBox): string {
  const common =
    "html=1;whiteSpace=wrap;container=1;collapsible=0;recursiveResize=0;align=left;verticalAlign=top;fontSize=11;spacingTop=4;";
  const shape = groupShapes[kind];
  if (shape) return `shape=mxgraph.aws4.group;${common}spacingLeft=${30 + wordsShift};fillColor=none;${shape}`;
  const dashed = kind === "zone" || kind === "security-group" ? "dashed=1;" : "";
  return `rounded=0;${common}spacingLeft=${10 + wordsShift};fillColor=none;strokeColor=${strokeOf(kind)[0]};${dashed}`;
}

function nodeStyle(kind: BoxKind, withIcon: boolean): string {
  const spacing = withIcon ? left + drawioIcon + 4 : 10;
  const fill = kind.endsWith("subnet") ? "none" : "#ffffff";
  const shape = kind === "database" ? "rounded=1;arcSize=20;" : "rounded=1;arcSize=8;";
  return `${shape}html=1;whiteSpace=wrap;align=left;verticalAlign=middle;spacingLeft=${spacing};fontSize=11;fillColor=${fill};strokeColor=${strokeOf(kind)[0]};`;
}

/** The service's icon inside of its node. */
function iconCells({ box, height }: PlacedBox): string[] {
  const shape = iconShapes[box.kind];
  if (!shape) return [];
  const style = `sketch=0;outlineConnect=0;gradientColor=none;strokeColor=none;dashed=0;html=1;aspect=fixed;${shape}`;
  return [
    `<mxCell id="${escapeXml(`${box.id}-icon`)}" value="" style="${style}" vertex="1" parent="${escapeXml(box.id)}"><mxGeometry x="${left}" y="${(height - drawioIcon) / 2}" width="${drawioIcon}" height="${drawioIcon}" as="geometry"/></mxCell>`,
  ];
}

function arrowCell({ arrow, points }: PlacedArrow): string {
  const bends = points
    .slice(1, -1)
    .map(({ x, y }) => `<mxPoint x="${x}" y="${y}"/>`)
    .join("");
  const dashed = arrow.proved ? "" : "dashed=1;";
  const style = `edgeStyle=orthogonalEdgeStyle;html=1;rounded=0;fontSize=11;labelBackgroundColor=#ffffff;${dashed}`;
  return `<mxCell id="${escapeXml(arrow.id)}" value="${escapeXml(escapeXml(arrow.label))}" style="${style}" edge="1" parent="1" source="${escapeXml(arrow.from)}" target="${escapeXml(arrow.to)}"><mxGeometry relative="1" as="geometry"><Array as="points">${bends}</Array></mxGeometry></mxCell>`;
}
