/** Why a promise is not kept, where that is known. By the row's name; docs/performance.md says more. */
const reasons = {
  status: "reading and checking compiled code, three files, the command itself",
  "status --json": "as status",
  "status --live, both its AWS calls": "asks two services, so two clients are loaded; its first call is the row above",
  "S3 PUT": "the MD5 that S3's ETag is, beside a server that computes nothing",
  "up: four stages": "a list of modules after each stage, and scripts that look before they change anything",
  "up after destroy, to the page": "the installation of Ruby's 175 packages and the starts of Rails are most of it",
  "the same without a network":
    "the installation of Ruby's 175 packages and the starts of Rails are most of it, from the cache as well",
  "through the load balancer":
    "client, load balancer and Nginx share two processors here, and the host alone is asked without one of them",
  "up, nothing to do": "24 calls for 23 different facts, and AWS has no call that tells several",
};

/** { met, reason } for a row with a promise, of the ratio or of the figure itself. */
export function verdict({ name, median, ratio, atMost, atLeast, differences }) {
  const promised = atMost ?? atLeast;
  if (promised === undefined) return {};
  if (differences !== undefined) return { met: false, reason: "the hosts differ, so nothing is compared" };
  const [seen, wanted] = promised.ratio === undefined ? [median, promised.value] : [ratio, promised.ratio];
  const met = atMost ? seen <= wanted : seen >= wanted;
  return met ? { met } : { met, reason: reasons[name] ?? "no reason known" };
}

/** A row of the table for people. */
export function line(row) {
  const { name, unit, min, median, p90, max, ratio, against, differences } = row;
  const figures = [min, median, p90, max].map((value) => value.toFixed(1).padStart(9)).join("");
  const compared = ratio === undefined || name === against ? "" : `${ratio.toFixed(2)}x ${against}`;
  const shown = differences?.slice(0, 10).map((difference) => `\n      ${difference}`) ?? [];
  const more = differences?.length > 10 ? `\n      and ${differences.length - 10} more` : "";
  const what = differences === undefined ? "" : "  NO RATIO: the hosts differ";
  return `${name.padEnd(36)}${figures} ${unit.padEnd(5)} ${compared}${kept(row)}${what}${shown.join("")}${more}`.trimEnd();
}

function kept({ unit, atMost, atLeast, met, reason, differences }) {
  const promised = atMost ?? atLeast;
  if (promised === undefined || differences !== undefined) return "";
  const wanted = promised.ratio === undefined ? `${promised.value} ${unit}` : `${promised.ratio}x`;
  return `  ${atMost ? "at most" : "at least"} ${wanted}: ${met ? "met" : `NOT met: ${reason}`}`;
}
