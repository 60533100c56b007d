import { fileURLToPath } from "node:url";
import { run } from "./commands.mjs";
import { byHand, factsOf, openHandHost } from "./hand-host.mjs";

const application = fileURLToPath(new URL("../app", import.meta.url));

export const stages = ["puma", "puma-socket", "nginx", "nginx-puma"];
export const sum = (values) => values.reduce((all, value) => all + value, 0);

/** The four stages by by-hand/plain.sh, in seconds: the host itself, each stage with its proofs, the proofs; and the host's facts. */
export async function plain({ image, cache, release }) {
  const host = await openHandHost({ image, cache });
  try {
    const { stdout } = await run(byHand("plain.sh"), [host.name, application, release]);
    const parts = stdout.trim().split("\n").map((line) => line.split(" "));
    const seconds = (isWanted) => sum(parts.filter(isWanted).map(([, , ms]) => Number(ms) / 1000));
    return {
      host: host.ms / 1000,
      stages: Object.fromEntries(stages.map((stage) => [stage, seconds(([name]) => name === stage)])),
      all: seconds(() => true),
      proofs: seconds(([, kind]) => kind === "proof"),
      facts: await factsOf(host.name),
    };
  } finally {
    await host.close();
  }
}
