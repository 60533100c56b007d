/** A table's cell: text alone, or with a mark that both renderers know. */
export type Cell = string | { readonly text: string; readonly tone: "ok" | "bad" | "code" };

/** A picture: one file of the report. `data` is the SVG's text or the PNG's bytes. */
export interface Picture {
  /** Below the report's directory: "evidence/alb.png". */
  readonly file: string;
  readonly alt: string;
  readonly data: string | Buffer;
}

/** The report before it is HTML or Markdown. Both show the same blocks, so they cannot contradict each other. */
export type Block =
  | { readonly kind: "heading"; readonly level: 2 | 3; readonly id: string; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "facts"; readonly rows: readonly (readonly [string, Cell])[] }
  | {
      readonly kind: "table";
      readonly caption: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
      /** Long tables fold in Markdown and get a search field in HTML. */
      readonly long?: boolean;
    }
  | {
      readonly kind: "code";
      readonly title: string;
      readonly text: string;
      /** Shown at once; others fold. */
      readonly open?: boolean;
    }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "picture"; readonly picture: Picture; readonly caption: string };

export interface ReportDocument {
  readonly language: "en" | "ja";
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Applies a function to every text that is shown, as redaction does. */
export function mapTexts(document: ReportDocument, change: (text: string) => string): ReportDocument {
  const cell = (value: Cell): Cell =>
    typeof value === "string" ? change(value) : { ...value, text: change(value.text) };
  const block = (value: Block): Block => {
    switch (value.kind) {
      case "heading":
      case "paragraph":
        return { ...value, text: change(value.text) };
      case "facts":
        return { ...value, rows: value.rows.map(([label, fact]) => [label, cell(fact)] as const) };
      case "table":
        return { ...value, caption: change(value.caption), rows: value.rows.map((row) => row.map(cell)) };
      case "code":
        return { ...value, title: change(value.title), text: change(value.text) };
      case "list":
        return { ...value, items: value.items.map(change) };
      case "picture": {
        const { picture } = value;
        return { ...value, caption: change(value.caption), picture: { ...picture, alt: change(picture.alt) } };
      }
      default:
        return value satisfies never;
    }
  };
  return { ...document, title: change(document.title), blocks: document.blocks.map(block) };
}

export const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text);
