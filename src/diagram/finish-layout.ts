import { padding, textArea, type Layout, type PlacedArrow, type PlacedBox, type Point } from "./placed.ts";

/** What ELK leaves to do: the order of the zones, and words that an arrow would go through. */

const everyBox = (boxes: readonly PlacedBox[]): PlacedBox[] => boxes.flatMap((box) => [box, ...everyBox(box.children)]);

/** Zone a belongs to the left of zone c; ELK weighs crossings only. */
export function zonesInOrder({ boxes }: Layout): boolean {
  const zones = everyBox(boxes).filter(({ box }) => box.kind === "zone");
  return zones.every(({ x }, index) => index === 0 || x >= (zones[index - 1]?.x ?? x));
}

/** The same picture as in a mirror. */
export function mirrored({ width, height, boxes, arrows }: Layout): Layout {
  const box = (placed: PlacedBox): PlacedBox => ({
    ...placed,
    x: width - placed.x - placed.width,
    children: placed.children.map(box),
  });
  const arrow = ({ points, label, ...rest }: PlacedArrow): PlacedArrow => ({
    ...rest,
    points: points.map(({ x, y }) => ({ x: width - x, y })),
    label: label && { ...label, x: width - label.x - label.width },
  });
  return { width, height, boxes: boxes.map(box), arrows: arrows.map(arrow) };
}

/** Words of a frame move to the right of an arrow that comes through them, where there is room. */
export function giveWay(boxes: readonly PlacedBox[], arrows: readonly PlacedArrow[]): PlacedBox[] {
  return boxes.map((placed) => ({
    ...placed,
    wordsShift: placed.children.length === 0 ? 0 : shiftOf(placed, arrows),
    children: giveWay(placed.children, arrows),
  }));
}

function shiftOf({ box, x, y, width }: PlacedBox, arrows: readonly PlacedArrow[]): number {
  const area = textArea(box);
  const through = arrows
    .flatMap(({ points }) => points.slice(1).map((end, index): [Point, Point] => [points[index] ?? end, end]))
    .filter(([a, b]) => a.x === b.x && Math.min(a.y, b.y) < y + area.height && Math.max(a.y, b.y) > y)
    .map(([a]) => a.x)
    .filter((at) => at > x && at < x + width)
    .toSorted((a, b) => a - b);
  const isFree = (left: number): boolean => through.every((at) => at < left || at > left + area.width - padding);
  const places = [x, ...through.map((at) => at + 2)];
  return (places.find((left) => isFree(left) && left + area.width <= x + width) ?? x) - x;
}
