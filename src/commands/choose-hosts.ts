import { Lecture05Error } from "../errors.ts";
import type { HostRecord } from "../state/schema.ts";
import { shown } from "../text.ts";

type Hosts = readonly [HostRecord, ...HostRecord[]];

/** The host that --instance names, else all. Throws USAGE for a stranger, STEP_REQUIREMENT_MISSING where there is none. */
export function chooseHosts(hosts: readonly HostRecord[], wanted: unknown): Hosts {
  const [first, ...others] = hosts;
  if (!first) {
    throw new Lecture05Error("STEP_REQUIREMENT_MISSING", {
      what: { en: "There is no host yet", ja: "ホストはまだありません" },
      why: { en: "Step ec2 is not done", ja: "ステップ ec2 が完了していません" },
      next: ["lecture05 up --to ec2"],
    });
  }
  if (typeof wanted !== "string") return [first, ...others];
  const chosen = hosts.find(({ instanceId }) => instanceId === wanted);
  if (chosen) return [chosen];
  const list = hosts.map(({ instanceId }) => instanceId).join(", ");
  throw new Lecture05Error("USAGE", {
    what: {
      en: `--instance: no host of this stack is called "${shown(wanted)}"`,
      ja: `--instance: このスタックに "${shown(wanted)}" というホストはありません`,
    },
    why: { en: `Its hosts are: ${list}`, ja: `ホスト: ${list}` },
    next: ["lecture05 status"],
  });
}
