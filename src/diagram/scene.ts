import type { Contradiction } from "./contradictions.ts";

/** What a frame or a node stands for; decides its icon, its line and its shape in diagrams.net. */
export type BoxKind =
  | "user"
  | "internet"
  | "check"
  | "systems-manager"
  | "account"
  | "region"
  | "vpc"
  | "zone"
  | "public-subnet"
  | "private-subnet"
  | "security-group"
  | "internet-gateway"
  | "load-balancer"
  | "target-group"
  | "instance"
  | "process"
  | "socket"
  | "database"
  | "bucket"
  | "role";

/** A frame when it has children, else a node. Texts are in the picture's language already. */
export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  readonly title: string;
  readonly lines: readonly string[];
  readonly children: readonly Box[];
  /** Numbers of the contradictions that it is marked with, from 1. */
  readonly marks: readonly number[];
}

export interface Arrow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Protocol and port: "HTTP 80". */
  readonly label: string;
  /** Along a path that a step's checks proved; drawn solid, others dashed. */
  readonly proved: boolean;
}

/** A picture before it has places: what is in what, and what leads where. */
export interface Scene {
  readonly title: string;
  readonly subtitle: string;
  readonly language: "en" | "ja";
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly contradictions: readonly Contradiction[];
}

/** All boxes, frames before what is in them. */
export function allBoxes(boxes: readonly Box[]): Box[] {
  return boxes.flatMap((box) => [box, ...allBoxes(box.children)]);
}
