import type { BoxKind } from "./scene.ts";

/** How frames are told apart without colour: by the style of their lines. */
export const dashes: Partial<Readonly<Record<BoxKind, string>>> = {
  region: "2 4",
  zone: "8 4",
  "security-group": "6 3",
};

const strokes: Partial<Readonly<Record<BoxKind, readonly [light: string, dark: string]>>> = {
  account: ["#24292f", "#d0d7de"],
  region: ["#00677f", "#5cc8e0"],
  vpc: ["#6a3fb5", "#bb9af7"],
  zone: ["#00677f", "#5cc8e0"],
  "public-subnet": ["#3a6b12", "#9ece6a"],
  "private-subnet": ["#00677f", "#7dcfff"],
  "security-group": ["#b3261e", "#ff9e8f"],
  instance: ["#a34a00", "#ffb26b"],
  "load-balancer": ["#6a3fb5", "#bb9af7"],
  "target-group": ["#6a3fb5", "#bb9af7"],
  "internet-gateway": ["#6a3fb5", "#bb9af7"],
  bucket: ["#3a6b12", "#9ece6a"],
  role: ["#b3261e", "#ff9e8f"],
};

const plain = ["#57606a", "#9aa4af"] as const;

export const strokeOf = (kind: BoxKind): readonly [light: string, dark: string] => strokes[kind] ?? plain;

const coloured = Object.entries(strokes) as [BoxKind, readonly [string, string]][];

/** One style sheet for light, dark and print; a class per kind. */
export const styleSheet = `
  .picture { font-family: "Helvetica Neue", Arial, "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", sans-serif; }
  .paper { fill: #ffffff; }
  .ink { fill: #1f2328; }
  .soft { fill: #4d5660; }
  .halo text { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
  .halo .mark-text { stroke: none; }
  .frame { fill: none; stroke: ${plain[0]}; stroke-width: 1.4; }
  .node { fill: #ffffff; stroke: ${plain[0]}; stroke-width: 1.4; }
  .tint-public-subnet { fill: #f3f8ec; }
  .tint-private-subnet { fill: #eef6fa; }
  .icon { fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; color: ${plain[0]}; }
  .arrow { fill: none; stroke: #1f2328; stroke-width: 1.6; }
  .arrow.unproved { stroke-dasharray: 5 4; }
  .head { fill: #1f2328; }
  .mark { fill: #b3261e; }
  .mark-text { fill: #ffffff; font-weight: bold; }
${coloured.map(([kind, [light]]) => `  .kind-${kind} { stroke: ${light}; }\n  .icon-${kind} { color: ${light}; }`).join("\n")}
  @media screen and (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; }
    .ink { fill: #e6edf3; }
    .halo text { stroke: #0d1117; }
    .soft { fill: #b4bec8; }
    .frame, .node { stroke: ${plain[1]}; }
    .node { fill: #161b22; }
    .tint-public-subnet { fill: #131c14; }
    .tint-private-subnet { fill: #111b22; }
    .icon { color: ${plain[1]}; }
    .arrow { stroke: #e6edf3; }
    .head { fill: #e6edf3; }
    .mark { fill: #ff9e8f; }
    .mark-text { fill: #0d1117; }
${coloured.map(([kind, [, dark]]) => `    .kind-${kind} { stroke: ${dark}; }\n    .icon-${kind} { color: ${dark}; }`).join("\n")}
  }
  @media print {
    .paper, .node { fill: #ffffff; }
    .ink, .soft, .head { fill: #000000; }
    .arrow { stroke: #000000; }
  }
`;
