import {
  GetConsoleOutput$,
  type GetConsoleOutputCommandInput,
  type GetConsoleOutputCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getInstance } from "../find.ts";

/** EC2 keeps the last 64 KB. */
const maximumBytes = 65_536;

export const getConsoleOutput = action(GetConsoleOutput$, async (input: GetConsoleOutputCommandInput, { world }) => {
  const { id, state } = getInstance(world.ec2, input.InstanceId);
  const isThere = state === "running" || state === "stopped" || state === "stopping";
  const text = isThere ? Buffer.from(await world.runtime.consoleOutput(id)) : Buffer.alloc(0);
  return {
    InstanceId: id,
    Timestamp: world.now(),
    Output: text.subarray(-maximumBytes).toString("base64"),
  } satisfies ActionOutput<GetConsoleOutputCommandOutput>;
});
