import type { Box, Scene } from "./scene.ts";

/** The picture as a Mermaid flowchart, which GitHub draws in Markdown. */
export function renderMermaid(scene: Scene): string {
  const names = new Map<string, string>();
  const nameOf = (id: string): string => {
    const known = names.get(id);
    if (known) return known;
    const name = `n${names.size + 1}`;
    names.set(id, name);
    return name;
  };
  const lines = ["---", `title: ${JSON.stringify(scene.title)}`, "---", "flowchart TB"];
  for (const box of scene.boxes) lines.push(...boxLines(box, 1, nameOf));
  for (const { from, to, label, proved } of scene.arrows) {
    const arrow = proved ? "-->" : "-.->";
    lines.push(`  ${nameOf(from)} ${arrow}${label ? `|${quote(label)}|` : ""} ${nameOf(to)}`);
  }
  lines.push(
    ...scene.contradictions.map(
      ({ subject, text }, index) => `  %% ${index + 1}. ${oneLine(subject)}: ${oneLine(text[scene.language])}`,
    ),
  );
  return `${lines.join("\n")}\n`;
}

function boxLines(box: Box, depth: number, nameOf: (id: string) => string): string[] {
  const indent = "  ".repeat(depth);
  const marks = box.marks.map((number) => ` ⚠${number}`).join("");
  const text = quote([box.title + marks, ...box.lines].join("<br/>"));
  if (box.children.length === 0) return [`${indent}${nameOf(box.id)}[${text}]`];
  return [
    `${indent}subgraph ${nameOf(box.id)}[${text}]`,
    ...box.children.flatMap((child) => boxLines(child, depth + 1, nameOf)),
    `${indent}end`,
  ];
}

/** Mermaid's entity codes: a quote inside of a quoted text would end it. */
const quote = (text: string): string => `"${oneLine(text).replaceAll('"', "#quot;")}"`;
const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, " ");
