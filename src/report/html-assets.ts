/** Contrast of every pair of colours is at least 4.5 to 1, in light and in dark (WCAG 2.2, AA). */
export const pageStyle = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --soft: #4d5660; --line: #c9d1d9; --tint: #f4f6f8; --link: #0550ae; --ok: #1a6b30; --bad: #a8201a; }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --soft: #b4bec8; --line: #3d444d; --tint: #161b22; --link: #79b8ff; --ok: #7ee2a0; --bad: #ff9e8f; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--paper); color: var(--ink); font: 16px/1.6 "Helvetica Neue", Arial, "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.3; } h2 { border-bottom: 1px solid var(--line); margin-top: 2.5rem; } h3 { margin-top: 2rem; }
a { color: var(--link); } a:focus-visible, summary:focus-visible, input:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; } nav a { display: inline-block; padding: .25rem 0; }
dl { display: grid; gap: 0; margin: 1rem 0; } dl div { display: grid; grid-template-columns: 14rem 1fr; border-bottom: 1px solid var(--line); padding: .3rem 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.scroll, .drawing { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; } caption { text-align: left; color: var(--soft); padding: .4rem 0; }
th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; overflow-wrap: break-word; } th { white-space: nowrap; background: var(--tint); }
.ok { color: var(--ok); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem; } summary { cursor: pointer; overflow-wrap: anywhere; }
pre { background: var(--tint); overflow-x: auto; padding: .8rem; font-size: .82rem; line-height: 1.45; }
figure { margin: 1rem 0; } figure img, figure svg { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px; } figcaption { color: var(--soft); font-size: .9rem; }
.filter input { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 4px; padding: .2rem .5rem; min-width: 12rem; }
@media (max-width: 40rem) { table { min-width: 36rem; } dl div { grid-template-columns: 1fr; } .drawing svg { max-width: none; } }
ul.numbered { list-style: none; padding-left: 0; }
@media print { :root { color-scheme: light; } nav, .filter, .skip { display: none; } tr, figure { break-inside: avoid; } .scroll, .drawing { overflow: visible; } .drawing svg { max-height: 24cm; } details { border: 0; } }
`;

/** The search field over the long table; without scripts the whole table is there. */
export const pageScript = `
for (const field of document.querySelectorAll("[data-filters]")) {
  const table = document.getElementById(field.dataset.filters);
  const count = document.querySelector('[data-count="' + field.dataset.filters + '"]');
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    count.textContent = String(shown);
  });
}
`;
