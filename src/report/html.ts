import { escapeXml } from "../diagram/svg.ts";
import { textOf, type Block, type Cell, type Picture, type ReportDocument } from "./document.ts";
import { pageScript, pageStyle } from "./html-assets.ts";

/** One self-contained page: style, script and pictures are inside, nothing is fetched. */
export function renderHtml(document: ReportDocument): string {
  const { language, title, blocks } = document;
  const headings = blocks.filter((block) => block.kind === "heading" && block.level === 2);
  const words =
    language === "ja" ? { skip: "本文へ", contents: "目次" } : { skip: "Skip to content", contents: "Contents" };
  return [
    "<!doctype html>",
    `<html lang="${language}">`,
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${pageStyle}</style>`,
    "</head>",
    "<body>",
    `<a class="skip" href="#content">${words.skip}</a>`,
    `<header><h1>${escapeXml(title)}</h1></header>`,
    `<nav aria-label="${words.contents}"><ul>`,
    ...headings.map((block) =>
      block.kind === "heading" ? `<li><a href="#${block.id}">${escapeXml(block.text)}</a></li>` : "",
    ),
    "</ul></nav>",
    '<main id="content">',
    ...blocks.map((block, index) => renderBlock(block, index, language)),
    "</main>",
    `<script>${pageScript}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** One block. `draw`: how a picture is shown; inside of the page itself unless told otherwise. */
export function renderBlock(
  block: Block,
  index: number,
  language: "en" | "ja",
  draw: (picture: Picture) => string = pictureOf,
): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level} id="${block.id}">${escapeXml(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p>${escapeXml(block.text)}</p>`;
    case "facts":
      return `<dl>${block.rows.map(([label, fact]) => `<div><dt>${escapeXml(label)}</dt><dd>${cell(fact)}</dd></div>`).join("")}</dl>`;
    case "table":
      return tableOf(block, index, language);
    case "code":
      if (block.open) return `<pre tabindex="0"><code>${escapeXml(block.text)}</code></pre>`;
      return `<details><summary>${escapeXml(block.title)}</summary><pre tabindex="0"><code>${escapeXml(block.text)}</code></pre></details>`;
    case "list":
      return `<ul class="numbered">${block.items.map((item) => `<li>${escapeXml(item)}</li>`).join("")}</ul>`;
    case "picture":
      return `<figure>${draw(block.picture)}<figcaption>${escapeXml(block.caption)}</figcaption></figure>`;
    default:
      return block satisfies never;
  }
}

function tableOf(block: Extract<Block, { kind: "table" }>, index: number, language: "en" | "ja"): string {
  const id = `table-${index}`;
  const label = language === "ja" ? "絞り込み" : "Filter";
  const head = block.columns.map((column) => `<th scope="col">${escapeXml(column)}</th>`).join("");
  const rows = block.rows.map((row) => `<tr>${row.map((value) => `<td>${cell(value)}</td>`).join("")}</tr>`).join("\n");
  const filter = block.long
    ? `<p class="filter"><label for="${id}-filter">${label}</label> <input id="${id}-filter" type="search" data-filters="${id}" autocomplete="off"> <output data-count="${id}" aria-live="polite">${block.rows.length}</output></p>`
    : "";
  return `${filter}<div class="scroll" role="region" tabindex="0" aria-label="${escapeXml(block.caption)}"><table id="${id}"><caption>${escapeXml(block.caption)}</caption><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function cell(value: Cell): string {
  const text = escapeXml(textOf(value));
  if (typeof value === "string") return text;
  if (value.tone === "code") return `<code>${text}</code>`;
  const sign = value.tone === "ok" ? "✓" : "✗";
  return `<span class="${value.tone}"><span aria-hidden="true">${sign} </span>${text}</span>`;
}

function pictureOf({ alt, data }: Picture): string {
  if (typeof data === "string")
    return `<div class="drawing" role="region" tabindex="0" aria-label="${escapeXml(alt)}">${data}</div>`;
  return `<img alt="${escapeXml(alt)}" src="data:image/png;base64,${data.toString("base64")}">`;
}
