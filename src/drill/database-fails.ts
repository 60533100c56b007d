import { databaseIdFor } from "../steps/database/names.ts";
import type { StepContext } from "../steps/step.ts";
import type { Breakdown } from "./breakdown.ts";
import { heldGroup } from "./hold-group.ts";
import { refused } from "./refused.ts";

const pollMs = 1000;
/** RDS fails over in one to two minutes. */
const failOverTimeoutMs = 10 * 60_000;

/** With a standby it fails over to that; without one it is stopped, and nobody but this drill starts it again. */
export async function databaseFails(ctx: StepContext): Promise<Breakdown> {
  const { clock, ports, stack } = ctx;
  const id = databaseIdFor(ctx);
  const database = await ports.databases.find(stack, id);
  if (!database) {
    throw refused({ en: "The stack has no database", ja: "このスタックにはデータベースがありません" }, [
      "lecture05 up --to database",
    ]);
  }
  if (database.status !== "available") {
    throw refused(
      {
        en: `The database is not available before it: ${database.status}`,
        ja: `開始前からデータベースが利用できません: ${database.status}`,
      },
      ["lecture05 diagnose"],
    );
  }

  let backAtMs: number | undefined;
  /** RDS tells of the other zone late, of the reboot at once; either shows that it has begun. */
  const watch = async (): Promise<void> => {
    const since = clock.now().getTime();
    for (let hasBegun = false; clock.now().getTime() - since < failOverTimeoutMs;) {
      const now = await ports.databases.find(stack, id);
      hasBegun ||= now?.status !== "available" || now.availabilityZone !== database.availabilityZone;
      if (hasBegun && now?.status === "available") {
        backAtMs = clock.now().getTime();
        return;
      }
      await clock.sleep(pollMs);
    }
  };

  let failedAtMs = 0;
  return {
    undo: { kind: "database", id },
    // Hosts that wait for their database answer no health check in time; they are not what failed.
    ...heldGroup(ctx),
    async fail() {
      failedAtMs = clock.now().getTime();
      if (!database.multiAz) await ports.databases.stop(id);
      else {
        await ports.databases.failOver(id);
        // What it cannot tell is not measured; an interruption is told by everything else.
        watch().catch(() => {});
      }
      return failedAtMs;
    },
    standsAgain: async () => backAtMs !== undefined,
    awayMs: async () => (backAtMs === undefined ? null : backAtMs - failedAtMs),
  };
}
