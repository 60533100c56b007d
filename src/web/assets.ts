/** Beside the report's own style: what is live. Colours are the report's variables, with their contrast. */
export const liveStyle = `
.badge { border: 1px solid var(--soft); border-radius: 4px; font-size: .8rem; font-weight: 400; padding: .1rem .5rem; vertical-align: middle; white-space: nowrap; }
.live { border: 1px solid var(--line); border-radius: 8px; padding: 0 1rem 1rem; margin: 1rem 0; }
.live h2 { margin-top: 1rem; }
#connection { color: var(--soft); margin: .25rem 0; } #connection.bad { color: var(--bad); font-weight: 600; }
#announcement { font-weight: 600; margin: .5rem 0; overflow-wrap: anywhere; }
#steps { list-style: none; padding: 0; margin: 1rem 0 0; }
#steps li { display: grid; grid-template-columns: 1.6rem minmax(8rem, 13rem) 7.5rem 1fr; gap: 0 .75rem; align-items: baseline; border-top: 1px solid var(--line); padding: .4rem 0; }
#steps .name { font-weight: 600; overflow-wrap: anywhere; } #steps .name span { display: block; color: var(--soft); font-size: .85rem; font-weight: 400; }
#steps .time { overflow-wrap: anywhere; } #steps .more { grid-column: 2 / -1; overflow-wrap: anywhere; } #steps .more:empty, #steps progress[hidden] { display: none; }
#steps li.working { background: var(--tint); } .working .sign, .working .word { color: var(--link); font-weight: 600; } .failed .sign, .failed .word { color: var(--bad); font-weight: 600; } .done .sign, .done .word { color: var(--ok); }
.waiting .word { color: var(--soft); }
progress { width: 100%; height: .8rem; accent-color: var(--link); } #steps progress { grid-column: 2 / -1; }
#output { max-height: 20rem; min-height: 3rem; overflow: auto; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
#output .script { color: var(--link); font-weight: 600; }
.live ul.warnings { color: var(--bad); font-weight: 600; } .note { color: var(--soft); }
figure.drawing-file { overflow-x: auto; } figure.drawing-file img { max-width: none; }
@media (min-width: 60rem) { figure.drawing-file img { max-width: 100%; } }
@media (max-width: 40rem) { #steps li { grid-template-columns: 1.6rem 1fr auto; } #steps .time { grid-column: 2 / -1; } .live { padding: 0 .6rem .6rem; } .live table { min-width: 0; } .live .scroll { overflow-x: auto; } }
`;

/**
 * The page's script: puts what the server says where it belongs. All words come from the server; the live part is set as
 * text, and the report is HTML that the server escaped. `enhance` is the report's own script, for its search fields.
 */
export const liveScript = (reportScript: string): string => `
"use strict";
const byId = (id) => document.getElementById(id);
const enhance = () => { ${reportScript} };
const set = (element, text) => { if (element.textContent !== text) element.textContent = text; };
const make = (name, className, text) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};

function showProgress(bar, percent, label) {
  bar.hidden = percent === null;
  if (percent === null) return;
  bar.value = percent;
  bar.setAttribute("aria-label", label);
}

function showSteps(steps) {
  const list = byId("steps");
  steps.forEach((step, index) => {
    let item = list.children[index];
    if (!item) {
      item = make("li");
      const sign = make("span", "sign");
      sign.setAttribute("aria-hidden", "true");
      const name = make("span", "name", step.name);
      name.append(make("span", "", step.title));
      const bar = make("progress");
      bar.max = 100;
      item.append(sign, name, make("span", "word"), make("span", "time"), bar, make("span", "more"));
      list.append(item);
    }
    item.className = step.state;
    if (step.state === "working") item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
    for (const key of ["sign", "word", "time", "more"]) set(item.querySelector("." + key), step[key]);
    showProgress(item.querySelector("progress"), step.percent, step.name);
  });
}

function showOutput(lines) {
  const output = byId("output");
  const follows = output.scrollTop + output.clientHeight >= output.scrollHeight - 30;
  const before = output.scrollTop;
  output.replaceChildren(...lines.flatMap(({ text, heading }) => [
    ...(heading ? [make("span", "script", heading + "\\n")] : []),
    document.createTextNode(text + "\\n"),
  ]));
  output.scrollTop = follows ? output.scrollHeight : before;
}

function showRows(id, rows) {
  byId(id).replaceChildren(...rows.map((cells) => {
    const row = make("tr");
    row.append(...cells.map(({ text, tone }) => {
      const cell = make("td");
      cell.append(make("span", tone, text));
      return cell;
    }));
    return row;
  }));
  byId(id).closest(".scroll").hidden = rows.length === 0;
}

const shown = {
  view(view) {
    document.title = view.title;
    set(byId("announcement"), view.announcement);
    set(byId("summary-line"), view.summary);
    showProgress(byId("overall"), view.percent, view.announcement);
    byId("warnings").replaceChildren(...view.warnings.map((text) => make("li", "", text)));
    byId("warnings").hidden = view.warnings.length === 0;
    const link = byId("address");
    link.hidden = view.url === null;
    if (view.url !== null) set(link, view.url);
    showSteps(view.steps);
  },
  output(output) {
    showOutput(output.lines);
    set(byId("output-note"), output.note);
  },
  releases(releases) {
    set(byId("releases-note"), releases.note);
    showRows("releases", releases.releases);
    showRows("release-hosts", releases.hosts);
  },
  health(health) {
    set(byId("health-note"), health.note);
    showRows("targets", health.targets);
    showRows("differences", health.differences);
    set(byId("requests-note"), health.requestsNote);
    showRows("requests", health.requests);
  },
  async report({ version }) {
    await loadReport(version);
  },
};

let wanted = "", loaded = "", loading = false;
async function loadReport(version) {
  wanted = version;
  const report = byId("report");
  // Whoever is typing or marking text there keeps it until done.
  const isBusy = report.contains(document.activeElement) && document.activeElement.matches("input")
    || (String(getSelection()) !== "" && report.contains(getSelection().anchorNode));
  if (loading || loaded === wanted || (isBusy && loaded !== "")) return;
  loading = true;
  try {
    const taken = wanted;
    const response = await fetch("/report");
    if (!response.ok) return;
    const html = await response.text();
    const open = new Set([...report.querySelectorAll("details[open] > summary")].map((it) => it.textContent));
    // By place: a paragraph more before it gives a table another id.
    const fields = () => [...report.querySelectorAll("input[data-filters]")];
    const typed = fields().map((it) => it.value);
    const focused = fields().indexOf(document.activeElement);
    report.innerHTML = html;
    enhance();
    for (const summary of report.querySelectorAll("summary")) if (open.has(summary.textContent)) summary.parentElement.open = true;
    fields().forEach((field, index) => {
      if (typed[index]) { field.value = typed[index]; field.dispatchEvent(new Event("input")); }
      if (index === focused) field.focus({ preventScroll: true });
    });
    loaded = taken;
    report.dataset.version = taken;
  } finally {
    loading = false;
  }
}
setInterval(() => { if (wanted !== loaded) void loadReport(wanted); }, 2000);

const connection = byId("connection");
const events = new EventSource("/events");
events.onopen = () => { connection.className = ""; set(connection, connection.dataset.open); };
events.onerror = () => { connection.className = "bad"; set(connection, connection.dataset.lost); };
for (const [name, show] of Object.entries(shown)) {
  events.addEventListener(name, (event) => void show(JSON.parse(event.data)));
}
`;
