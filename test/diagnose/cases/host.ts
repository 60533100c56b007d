import { healthy, said, withHost } from "../recorded-facts.ts";
import type { Case } from "./case.ts";

const failing = (failure: string) => ({ failedChecks: [], failure, unfinished: "puma" as const });

export const hostCases: readonly Case[] = [
  {
    code: "HOST_DISK_FULL",
    what: "no blocks",
    facts: withHost(said("disk", /^overlay .* \/$/, "overlay 8256952 8256952 0 100% /")),
  },
  {
    code: "HOST_DISK_FULL",
    what: "no inodes",
    facts: withHost(said("inodes", /^overlay .* \/$/, "overlay 524288 524288 0 100% /")),
  },
  {
    code: "HOST_OUT_OF_MEMORY",
    what: "Puma was killed and does not come back",
    facts: withHost({
      ...said("puma.unit", /^(ActiveState=active|SubState=running|Result=success)/, "Result=oom-kill"),
      oom: [
        "2026-11-25T00:10:00+00:00 ip-10-5-1-10 systemd[1]: puma.service: A process of this unit has been killed by the OOM killer.",
      ],
    }),
  },
  {
    code: "HOST_OUT_OF_MEMORY",
    what: "the build was killed",
    facts: {
      ...withHost({ oom: ["2026-11-25T00:10:00+00:00 ip-10-5-1-10 kernel: Out of memory: Killed process 812 (ruby)"] }),
      reached: ["ec2", "puma"],
      occasion: failing("REMOTE_COMMAND_FAILED: prepare-release failed on i-1 with exit code 137: Killed"),
    },
  },
  {
    code: "HOST_PACKAGES_UNREACHABLE",
    what: "no name service",
    facts: {
      ...healthy,
      reached: ["ec2", "puma"],
      occasion: failing(
        "REMOTE_COMMAND_FAILED: install-ruby failed on i-1 with exit code 100: E: Failed to fetch http://deb.debian.org/debian/x.deb  Temporary failure resolving 'deb.debian.org'",
      ),
    },
  },
  { code: "METADATA_OFF", what: "403", facts: withHost({ "role.token": ["403"] }) },
  { code: "METADATA_OFF", what: "no answer", facts: withHost({ "role.token": ["000"] }) },
];
