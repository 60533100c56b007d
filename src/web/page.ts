import { escapeXml } from "../diagram/svg.ts";
import type { Language, LocalizedText } from "../text.ts";

/** The page without its contents: places that the script fills, each with its heading and label. */
export function livePage(language: Language, stack: string): string {
  const say = (words: LocalizedText): string => escapeXml(words[language]);
  const title = `lecture05: ${escapeXml(stack)}`;
  const table = (id: string, caption: LocalizedText, columns: readonly LocalizedText[]): string =>
    `<div class="scroll" role="region" tabindex="0" aria-label="${say(caption)}" hidden><table><caption>${say(caption)}</caption><thead><tr>${columns.map((column) => `<th scope="col">${say(column)}</th>`).join("")}</tr></thead><tbody id="${id}"></tbody></table></div>`;
  return [
    "<!doctype html>",
    `<html lang="${language}">`,
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title>`,
    '<link rel="icon" href="data:,">',
    '<link rel="stylesheet" href="/style.css">',
    '<script src="/page.js" defer></script>',
    "</head>",
    "<body>",
    `<a class="skip" href="#report">${say({ en: "Skip to the report", ja: "レポートへ" })}</a>`,
    `<header><h1>${title}</h1>`,
    `<p id="connection" role="status" data-open="${say({ en: "Live: the page follows by itself", ja: "接続中: 自動で更新されます" })}" data-lost="${say({ en: "No connection: what you see is the last state. Does lecture05 status --web still run?", ja: "接続が切れました: 表示は最後に受信した内容です。lecture05 status --web が動いているか確認してください" })}">${say({ en: "Connecting", ja: "接続しています" })}</p>`,
    `<noscript><p>${say({ en: "This page needs JavaScript; the report alone is at", ja: "このページには JavaScript が必要です。レポートのみの表示:" })} <a href="/report">/report</a></p></noscript>`,
    "</header>",
    "<main>",
    `<section class="live" aria-labelledby="progress-title"><h2 id="progress-title">${say({ en: "Progress", ja: "進行状況" })}</h2>`,
    '<p id="announcement" aria-live="polite"></p>',
    '<progress id="overall" max="100" hidden></progress>',
    '<p id="summary-line"></p>',
    '<p><a id="address" href="/application" hidden></a></p>',
    '<ul id="warnings" class="warnings" hidden></ul>',
    '<ol id="steps"></ol></section>',
    `<section class="live" aria-labelledby="output-title"><h2 id="output-title">${say({ en: "Output of the host", ja: "ホストの出力" })}</h2>`,
    '<p id="output-note" class="note"></p>',
    // A log that grows by the second would talk over everything else.
    '<pre id="output" role="log" aria-live="off" aria-labelledby="output-title" tabindex="0"></pre></section>',
    `<section class="live" aria-labelledby="releases-title"><h2 id="releases-title">${say({ en: "Release", ja: "リリース" })}</h2>`,
    '<p id="releases-note" class="note"></p>',
    table("releases", { en: "The application's releases", ja: "アプリケーションのリリース" }, [
      { en: "Release", ja: "リリース" },
      { en: "Which", ja: "状態" },
      { en: "Since", ja: "日時" },
    ]),
    table("release-hosts", { en: "The hosts differ", ja: "ホストごとのリリース" }, [
      { en: "Instance", ja: "インスタンス" },
      { en: "Release", ja: "リリース" },
    ]),
    "</section>",
    `<section class="live" aria-labelledby="health-title"><h2 id="health-title">${say({ en: "Target health", ja: "ターゲットのヘルス" })}</h2>`,
    '<p id="health-note" class="note"></p>',
    table("targets", { en: "Registered targets", ja: "登録済みターゲット" }, [
      { en: "Instance", ja: "インスタンス" },
      { en: "Zone", ja: "アベイラビリティーゾーン" },
      { en: "State", ja: "状態" },
    ]),
    table("differences", { en: "Differs from the record", ja: "記録との差分" }, [
      { en: "Subject", ja: "対象" },
      { en: "Expected", ja: "期待値" },
      { en: "Observed", ja: "結果" },
    ]),
    "</section>",
    `<section class="live" aria-labelledby="requests-title"><h2 id="requests-title">${say({ en: "Requests per host", ja: "ホストごとのリクエスト" })}</h2>`,
    '<p id="requests-note" class="note"></p>',
    table("requests", { en: "From Nginx's access log", ja: "Nginx のアクセスログより" }, [
      { en: "Instance", ja: "インスタンス" },
      { en: "Visitors", ja: "利用者" },
      { en: "Health checks", ja: "ヘルスチェック" },
      { en: "Visitors per minute", ja: "利用者 (毎分)" },
    ]),
    "</section>",
    '<div id="report"></div>',
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** For who has no cookie. `again` tries once more, now from a page of our own. */
export function refusalPage(language: Language, again: boolean): string {
  const say = (words: LocalizedText): string => escapeXml(words[language]);
  return [
    "<!doctype html>",
    `<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    again ? '<meta http-equiv="refresh" content="0;url=/">' : "",
    `<title>lecture05</title></head><body><main><h1>${say({ en: "This address does not open the page", ja: "このアドレスではページを開けません" })}</h1>`,
    `<p>${say({ en: "Each address works once, in one browser. Press Enter in the terminal in which lecture05 status --web runs: it shows a new one.", ja: "アドレスは 1 つのブラウザで 1 回だけ有効です。lecture05 status --web を実行しているターミナルで Enter を押すと、新しいアドレスが表示されます。" })}</p></main></body></html>`,
    "",
  ].join("\n");
}
