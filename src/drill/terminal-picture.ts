import { displayWidth, padEnd } from "../reporter/width.ts";
import type { Paint } from "../reporter/paint.ts";
import type { DrillRecord } from "./record.ts";

const steps = "▁▂▃▄▅▆▇█";
/** Where nothing was: a dot keeps the columns countable. */
const none = "·";

/** One row a host and one for failures, one column a second or more: how many were served of those that were sent. */
export function terminalPicture(
  record: DrillRecord,
  options: { readonly columns: number; readonly failedLabel: string; readonly paint: Paint },
): string[] {
  const { failedLabel, paint, columns } = options;
  const rows = [
    ...record.hosts.map((host, index) => ({
      label: host,
      of: (at: number) => record.columns[at]?.answered[index] ?? 0,
    })),
    { label: failedLabel, of: (at: number) => record.columns[at]?.failed ?? 0 },
  ];
  const labelColumns = Math.max(...rows.map(({ label }) => displayWidth(label))) + 2;
  const group = Math.max(1, Math.ceil(record.columns.length / Math.max(10, columns - labelColumns - 4)));
  const count = Math.ceil(record.columns.length / group);
  const most = (record.rate * record.columnMs * group) / 1000;
  const lines = rows.map(({ label, of }) => {
    const isFailed = label === failedLabel;
    const signs = Array.from({ length: count }, (_none, column) => {
      let sum = 0;
      for (let at = column * group; at < (column + 1) * group; at++) sum += of(at);
      return signOf(sum / most);
    }).join("");
    return `  ${padEnd(label, labelColumns)}${paint(isFailed ? "red" : "green", signs)}`;
  });
  const at = Math.min(count - 1, Math.floor(record.failedAtMs / (record.columnMs * group)));
  return [...lines, `  ${" ".repeat(labelColumns + at)}↑`];
}

function signOf(share: number): string {
  if (share <= 0) return none;
  return steps[Math.min(steps.length - 1, Math.floor(share * steps.length))] ?? none;
}
