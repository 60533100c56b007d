// These run inside of the browser's page, so each may use nothing from outside of itself.

/** What is wrong with the places of the words and boxes of the page's SVG. */
export function svgFaults() {
  const place = (element) => element.getBoundingClientRect();
  const overlap = (a, b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const inside = (a, b) =>
    a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const picture = document.querySelector("svg");
  if (!picture) return ["no picture"];
  const faults = [];
  const texts = [...document.querySelectorAll("svg text")];
  for (const [index, one] of texts.entries()) {
    for (const other of texts.slice(index + 1)) {
      if (overlap(place(one), place(other))) faults.push(`"${one.textContent}" on "${other.textContent}"`);
    }
    if (!inside(place(one), place(picture))) faults.push(`"${one.textContent}" is cut off`);
  }
  for (const words of document.querySelectorAll("[data-words]")) {
    const id = words.dataset.words;
    const box = document.querySelector(`[data-box="${id}"]`);
    if (!box || !inside(place(words), place(box))) faults.push(`the words of ${id} leave it`);
    for (const label of document.querySelectorAll("[data-label]")) {
      if (overlap(place(label), place(words))) faults.push(`the label ${label.textContent} lies on ${id}`);
    }
  }
  // Lines that go through words; a label stands on its own arrow, on paper.
  const lines = [...document.querySelectorAll("[data-arrow]")].map((arrow) => {
    const matrix = arrow.getScreenCTM();
    const points = [...arrow.getAttribute("d").matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) =>
      new DOMPoint(Number(x), Number(y)).matrixTransform(matrix),
    );
    return { name: arrow.dataset.arrow, points };
  });
  for (const words of document.querySelectorAll("[data-words] text, [data-label]")) {
    const at = place(words);
    for (const { name, points } of lines) {
      if (words.dataset.label === name) continue;
      for (const [index, end] of points.slice(1).entries()) {
        const start = points[index];
        const line = {
          left: Math.min(start.x, end.x) - 1,
          right: Math.max(start.x, end.x) + 1,
          top: Math.min(start.y, end.y) - 1,
          bottom: Math.max(start.y, end.y) + 1,
        };
        if (overlap(line, at)) faults.push(`the arrow ${name} goes through "${words.textContent}"`);
      }
    }
  }
  return faults;
}

/** What is wrong with the cells of a diagrams.net file. */
export function drawioFaults(xml) {
  const file = new DOMParser().parseFromString(xml, "text/xml");
  if (file.querySelector("parsererror")) return ["not well-formed"];
  const cells = new Map([...file.querySelectorAll("mxCell")].map((cell) => [cell.getAttribute("id"), cell]));
  if (cells.size < 20) return [`only ${cells.size} cells`];
  const place = (cell) => {
    const at = (name) => Number(cell.querySelector("mxGeometry")?.getAttribute(name) ?? "0");
    const [x, y] = [at("x"), at("y")];
    return { x, y, right: x + at("width"), bottom: y + at("height"), width: at("width"), height: at("height") };
  };
  const isBox = (cell) => cell?.getAttribute("vertex") === "1";
  const faults = [];
  for (const [id, cell] of cells) {
    for (const end of cell.getAttribute("edge") === "1" ? ["source", "target"] : []) {
      if (!cells.has(cell.getAttribute(end))) faults.push(`${id}: no ${end}`);
    }
    const parent = cells.get(cell.getAttribute("parent"));
    if (!isBox(cell) || !isBox(parent)) continue;
    const [own, around] = [place(cell), place(parent)];
    if (own.x < 0 || own.y < 0 || own.right > around.width || own.bottom > around.height) faults.push(`${id} leaves`);
    for (const [otherId, other] of cells) {
      if (other === cell || !isBox(other) || other.getAttribute("parent") !== cell.getAttribute("parent")) continue;
      const its = place(other);
      if (own.x < its.right && its.x < own.right && own.y < its.bottom && its.y < own.bottom) {
        faults.push(`${id} on ${otherId}`);
      }
    }
  }
  return faults;
}
