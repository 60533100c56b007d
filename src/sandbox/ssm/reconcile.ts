import type { World } from "../world.ts";
import { cancelInvocation, proceed, resumeInvocation } from "./execute.ts";

/** After the daemon's start: takes up commands that were waiting or under way. Returns at once; they go on behind. */
export async function reconcileSsm(world: World): Promise<void> {
  for (const command of world.ssm.commands()) {
    for (const invocation of command.invocations) {
      if (invocation.status === "InProgress") resumeInvocation(world, command, invocation);
      if (invocation.status === "Cancelling") {
        // Whether the host was told is not known; telling it again does no harm.
        invocation.status = "InProgress";
        await cancelInvocation(world, command, invocation);
        resumeInvocation(world, command, invocation);
      }
    }
    proceed(world, command);
  }
}
