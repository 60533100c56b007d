import { Lecture05Error } from "../errors.ts";
import { readState } from "../state/read.ts";
import type { StepName } from "../steps/names.ts";
import { redundancySchema } from "../steps/redundancy/output.ts";
import type { Invocation } from "./command.ts";

/** How far `up` goes: --hosts N asks for the step that makes more than one. */
export function lastOf(
  { preferences }: Pick<Invocation, "preferences">,
  to: StepName | undefined,
): StepName | undefined {
  const { hosts, directory } = preferences;
  if (hosts === undefined || to !== undefined) return to;
  if (hosts > 1) return "redundancy";
  const record = readState(directory)?.steps.find(({ name }) => name === "redundancy");
  const present = redundancySchema.safeParse(record?.output);
  if (!present.success || present.data.hosts === 1) return to;
  throw new Lecture05Error("USAGE", {
    what: { en: "This stack has more than one host", ja: "このスタックには 2 台以上のホストがあります" },
    why: {
      en: `There are ${present.data.hosts}, and up takes none away`,
      ja: `現在 ${present.data.hosts} 台です。up ではホストを減らしません`,
    },
    next: ["lecture05 scale 1"],
  });
}
