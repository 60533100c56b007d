import type { LocalizedText } from "../../text.ts";

/** A page of the site, whole in itself: it has to show while everything else is away. */
export interface Page {
  readonly key: "index.html" | "error.html";
  readonly body: string;
}

export const contentType = "text/html; charset=utf-8";

const pageOf = (key: Page["key"], title: LocalizedText, text: LocalizedText): Page => ({
  key,
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title.en} / ${title.ja}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; font: 1.1rem/1.7 system-ui, sans-serif; }
main { padding: 2rem; max-width: 34rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .5rem; }
section + section { margin-top: 2.5rem; }
</style>
</head>
<body>
<main>
<section><h1>${title.en}</h1><p>${text.en}</p></section>
<section lang="ja"><h1>${title.ja}</h1><p>${text.ja}</p></section>
</main>
</body>
</html>
`,
});

/** Where visitors are sent while maintenance is on. */
export const maintenancePage = pageOf(
  "index.html",
  { en: "Under maintenance", ja: "メンテナンス中" },
  {
    en: "We are working on this site and will be back soon. Nothing that you saved is lost.",
    ja: "ただいまメンテナンスを行っています。しばらくしてからもう一度アクセスしてください。保存済みのデータは失われません。",
  },
);

/** For addresses that the site does not have. */
export const errorPage = pageOf(
  "error.html",
  { en: "There is no such page", ja: "ページが見つかりません" },
  {
    en: "Check the address, or start from the first page.",
    ja: "アドレスを確認するか、トップページからお試しください。",
  },
);

export const pages: readonly Page[] = [maintenancePage, errorPage];

export const website = { index: maintenancePage.key, error: errorPage.key } as const;
