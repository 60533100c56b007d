import { textOf, type Block, type Cell, type ReportDocument } from "./document.ts";

/** GitHub's Markdown; pictures are files beside it. */
export function renderMarkdown({ title, blocks }: ReportDocument): string {
  return `${[`# ${inline(title)}`, ...blocks.map(renderBlock)].join("\n\n")}\n`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${inline(block.text)}`;
    case "paragraph":
      return inline(block.text);
    case "facts":
      return ["| | |", "|---|---|", ...block.rows.map(([label, fact]) => row([label, fact]))].join("\n");
    case "table": {
      const table = [row(block.columns), `|${block.columns.map(() => "---").join("|")}|`, ...block.rows.map(row)];
      if (!block.long) return table.join("\n");
      return `<details><summary>${escapeHtml(block.caption)} (${block.rows.length})</summary>\n\n${table.join("\n")}\n\n</details>`;
    }
    case "code":
      if (block.open) return fenced(block.text);
      return `<details><summary>${escapeHtml(block.title)}</summary>\n\n${fenced(block.text)}\n\n</details>`;
    case "list":
      return block.items.map((item) => `- ${inline(item)}`).join("\n");
    case "picture":
      return `![${inline(block.picture.alt)}](${encodeURI(block.picture.file)})\n\n*${inline(block.caption)}*`;
    default:
      return block satisfies never;
  }
}

const row = (cells: readonly Cell[]): string => `| ${cells.map(tableCell).join(" | ")} |`;

function tableCell(cell: Cell): string {
  const text = inline(textOf(cell)).replaceAll("|", "\\|");
  if (typeof cell === "string" || text === "") return text;
  if (cell.tone === "code") return `\`${text}\``;
  return cell.tone === "ok" ? `✓ ${text}` : `✗ ${text}`;
}

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${text.trimEnd()}\n${fence}`;
}

/** One line, with what would be read as HTML or emphasis taken literally. */
function inline(text: string): string {
  return escapeHtml(text.replaceAll(/\s*\n\s*/g, " ")).replaceAll(/([\\*_`[\]])/g, "\\$1");
}

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
