import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { labels } from "./names.ts";

/** When to look after an event. The engine tells of an end before it lists it: a busy one takes seconds for that. */
const looksMs = [200, 1_500, 5_000];
const reconnectMs = 1_000;

/**
 * Calls `onChange` soon after a container of the sandbox has ended or was removed, and when the engine is back after a
 * restart. Costs nothing while nothing happens. One call at a time; what happens meanwhile leads to one more.
 */
export function watchContainers(docker: Docker, sandboxId: string, onChange: () => Promise<void>): void {
  const changed = oneAtATime(onChange);
  void (async () => {
    for (let isFirst = true; ; isFirst = false) {
      try {
        const label = [`${labels.sandbox}=${sandboxId}`];
        const events = await docker.getEvents({ filters: { type: ["container"], event: ["die", "destroy"], label } });
        if (!isFirst) changed();
        for await (const line of createInterface({ input: events })) if (!isHelper(line)) changed();
      } catch {
        // The engine is away; what it does not answer is in the answers of others.
      }
      await sleep(reconnectMs, undefined, { ref: false });
    }
  })();
}

/** Helpers come and go with every change of a packet filter. */
function isHelper(line: string): boolean {
  return line.includes(`"${labels.role}":"helper"`);
}

function oneAtATime(work: () => Promise<void>): () => void {
  let running = false;
  let wanted = false;
  const run = async (): Promise<void> => {
    running = true;
    for (let look = 0; look < looksMs.length;) {
      await sleep(looksMs[look], undefined, { ref: false });
      const isNews = wanted;
      wanted = false;
      await work();
      look = isNews || wanted ? 1 : look + 1;
    }
    running = false;
  };
  return () => {
    wanted = true;
    if (!running) void run();
  };
}
