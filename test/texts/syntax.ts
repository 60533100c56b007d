import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "rolldown/parseAst";

/** A node of the syntax tree (ESTree with TypeScript), as far as these tests look at it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** One source file, and a way to name a place in it. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly body: readonly Node[];
}

export const sourceRoot = new URL("../../src/", import.meta.url).pathname;

/** All files below `src/` whose path matches. */
export function sources(matches: (file: string) => boolean): Source[] {
  return readdirSync(sourceRoot, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && matches(file))
    .toSorted()
    .map((file) => parse(file, readFileSync(join(sourceRoot, file), "utf8")));
}

export function parse(file: string, text: string): Source {
  const program = parseAst(text, { lang: "ts" }) as unknown as { body: readonly Node[] };
  return { file, text, body: program.body };
}

/** Where a node is, for a message that a person can follow. */
export const place = ({ file, text }: Source, node: Node): string =>
  `src/${file}:${text.slice(0, node.start).split("\n").length}`;

export const codeOf = ({ text }: Source, node: Node): string => text.slice(node.start, node.end);

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

/** Visits every expression with its ancestors, outermost first; types and imports are left out. */
export function walk(body: readonly Node[], visit: (node: Node, ancestors: readonly Node[]) => void): void {
  const go = (value: unknown, ancestors: readonly Node[]): void => {
    if (Array.isArray(value)) for (const entry of value) go(entry, ancestors);
    if (!isNode(value) || isLeftOut(value)) return;
    visit(value, ancestors);
    for (const [key, child] of Object.entries(value)) if (key !== "type") go(child, [...ancestors, value]);
  };
  go(body, []);
}

/** `as const`, `satisfies` and `!` wrap expressions; everything else of TypeScript's own is a type. */
const wrappers = ["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression", "TSParameterProperty"];
const isLeftOut = ({ type }: Node): boolean =>
  type === "ImportDeclaration" ||
  type === "ImportExpression" ||
  type === "ExportAllDeclaration" ||
  (type.startsWith("TS") && !wrappers.includes(type));

/** The text of a literal or template, its values as `{}`; undefined for anything else. */
export function literalText(node: Node): string | undefined {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node.type !== "TemplateLiteral") return undefined;
  return (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join("{}");
}

/** Every text that an expression may turn out to be, as far as it is written there. */
export function possibleTexts(node: Node): string[] {
  const text = literalText(node);
  if (text !== undefined) return [text];
  switch (node.type) {
    case "ConditionalExpression":
      return [node.consequent, node.alternate].filter(isNode).flatMap(possibleTexts);
    case "LogicalExpression":
      return [node.left, node.right].filter(isNode).flatMap(possibleTexts);
    case "BinaryExpression":
      return node.operator === "+" ? [node.left, node.right].filter(isNode).flatMap(possibleTexts) : [];
    case "ArrayExpression":
      return (node.elements as unknown[]).filter(isNode).flatMap(possibleTexts);
    case "CallExpression": {
      // ["a", "b"].join("\n")
      const callee = node.callee as Node;
      return callee.type === "MemberExpression" && isNode(callee.object) ? possibleTexts(callee.object) : [];
    }
    case "TSAsExpression":
      return possibleTexts(node.expression as Node);
    default:
      return [];
  }
}

export const nameOf = (node: unknown): string => {
  if (!isNode(node)) return "";
  if (node.type === "Literal") return String(node.value);
  return typeof node.name === "string" ? node.name : "";
};
