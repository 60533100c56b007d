import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api.js";
import { giveWay, mirrored, zonesInOrder } from "./finish-layout.ts";
import { padding, textArea, type Layout, type PlacedArrow, type PlacedBox, type Point } from "./placed.ts";
import { allBoxes, type Arrow, type Box, type Scene } from "./scene.ts";
import { fontSize, lineHeight, textWidth } from "./text-size.ts";

const labelPadding = 5;

/** Places boxes and arrows with ELK's layered layout, which keeps labels off boxes and off each other. */
export async function layOut(scene: Pick<Scene, "boxes" | "arrows">): Promise<Layout> {
  const { default: elk } = await import("elkjs/lib/elk.bundled.js");
  const graph: ElkNode = {
    id: "picture",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "DOWN",
      "elk.hierarchyHandling": "INCLUDE_CHILDREN",
      "elk.edgeRouting": "ORTHOGONAL",
      "elk.json.edgeCoords": "ROOT",
      "elk.spacing.nodeNode": "26",
      "elk.layered.spacing.nodeNodeBetweenLayers": "30",
      "elk.spacing.edgeNode": "16",
      "elk.spacing.edgeEdge": "14",
      "elk.spacing.edgeLabel": "4",
      "elk.layered.spacing.edgeNodeBetweenLayers": "14",
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
      "elk.padding": "[top=8,left=8,bottom=8,right=8]",
    },
    children: scene.boxes.map((box) => toElk(box, enteredFrames(scene))),
    edges: [...scene.arrows.map(edgeOf), ...orderings(scene)],
  };
  const placed = await new elk.default().layout(graph);
  const drawn: Layout = {
    width: Math.ceil(placed.width ?? 0),
    height: Math.ceil(placed.height ?? 0),
    boxes: placeBoxes(scene.boxes, placed.children ?? [], { x: 0, y: 0 }),
    arrows: scene.arrows.map((arrow) => placeArrow(arrow, placed.edges ?? [])),
  };
  const { boxes, ...rest } = zonesInOrder(drawn) ? drawn : mirrored(drawn);
  return { ...rest, boxes: giveWay(boxes, rest.arrows) };
}

/** Frames that an arrow enters: their words need room on either side of it. */
function enteredFrames({ boxes, arrows }: Pick<Scene, "boxes" | "arrows">): ReadonlySet<string> {
  const entered = allBoxes(boxes).filter(({ children }) => {
    const inside = new Set(allBoxes(children).map(({ id }) => id));
    return arrows.some(({ from, to }) => inside.has(to) && !inside.has(from));
  });
  return new Set(entered.map(({ id }) => id));
}

function toElk(box: Box, entered: ReadonlySet<string>): ElkNode {
  const area = textArea(box);
  const { height } = area;
  const width = entered.has(box.id) ? 2 * area.width : area.width;
  if (box.children.length === 0) return { id: box.id, width, height };
  return {
    id: box.id,
    layoutOptions: {
      "elk.padding": `[top=${height},left=${padding},bottom=${padding},right=${padding}]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      // Height before width: with direction DOWN ELK turns nested graphs, but not this pair.
      "elk.nodeSize.minimum": `(${height + 20},${width})`,
    },
    children: box.children.map((child) => toElk(child, entered)),
  };
}

function edgeOf({ id, from, to, label }: Arrow): ElkExtendedEdge {
  return {
    id,
    sources: [from],
    targets: [to],
    labels: label
      ? [
          {
            id: `${id}-label`,
            text: label,
            width: textWidth(label, fontSize.label) + 2 * labelPadding,
            height: lineHeight.line + 4,
            layoutOptions: { "elk.edgeLabels.inline": "true", "elk.edgeLabels.placement": "CENTER" },
          },
        ]
      : [],
  };
}

/**
 * Edges that are not drawn: subnets of a zone stand below each other, and zones without a target beside the others,
 * below what distributes the requests.
 */
function orderings({ boxes, arrows }: Pick<Scene, "boxes" | "arrows">): ElkExtendedEdge[] {
  const all = allBoxes(boxes);
  const zones = all.filter(({ kind }) => kind === "zone");
  const distributor =
    all.find(({ kind }) => kind === "target-group") ?? all.find(({ kind }) => kind === "systems-manager");
  const pairs = zones.flatMap(({ children }) =>
    children.slice(1).map((box, index) => ({ from: children[index]?.id ?? "", to: box.id, label: "" })),
  );
  for (const { children } of all.filter(({ kind }) => kind === "instance")) {
    const chain = children.slice(1).map((box, index) => ({ from: children[index]?.id ?? "", to: box.id, label: "" }));
    // What runs on a host stands below each other also where the stage's path leads through a part of it only.
    pairs.push(...chain.filter((pair) => !arrows.some(({ from, to }) => from === pair.from && to === pair.to)));
  }
  const gateway = all.find(({ kind }) => kind === "internet-gateway");
  // The way in stands above what it leads to, also where the stage's path comes through Systems Manager.
  if (gateway && !arrows.some(({ from }) => from === gateway.id)) {
    pairs.push(...zones.map(({ id }) => ({ from: gateway.id, to: id, label: "" })));
  }
  for (const zone of zones) {
    const inside = allBoxes([zone]).map(({ id }) => id);
    const drawn = arrows.find(({ from }) => from === distributor?.id);
    // With the same label as an arrow that is drawn, so that both zones come to stand in the same row.
    if (distributor && !arrows.some(({ to }) => inside.includes(to))) {
      pairs.push({ from: distributor.id, to: zone.id, label: drawn?.label ?? "" });
    }
  }
  return pairs.map((pair, index) => edgeOf({ id: `ordering-${index}`, proved: false, ...pair }));
}

function placeBoxes(boxes: readonly Box[], placed: readonly ElkNode[], origin: Point): PlacedBox[] {
  return boxes.map((box) => {
    const found = placed.find(({ id }) => id === box.id);
    if (!found) throw new Error(`the layout lost ${box.id}`);
    const place = { x: origin.x + (found.x ?? 0), y: origin.y + (found.y ?? 0) };
    const { width = 0, height = 0 } = found;
    return {
      ...place,
      box,
      width,
      height,
      wordsShift: 0,
      children: placeBoxes(box.children, found.children ?? [], place),
    };
  });
}

function placeArrow(arrow: Arrow, edges: readonly ElkExtendedEdge[]): PlacedArrow {
  const found = edges.find(({ id }) => id === arrow.id);
  const section = found?.sections?.[0];
  if (!section) throw new Error(`the layout lost ${arrow.id}`);
  const label = found?.labels?.[0];
  return {
    arrow,
    points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint],
    label: label ? { x: label.x ?? 0, y: label.y ?? 0, width: label.width ?? 0, height: label.height ?? 0 } : undefined,
  };
}
