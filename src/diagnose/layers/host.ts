import type { HostFacts } from "../host-facts.ts";
import { evidence, byHand, inHost, onHost, printed, type Layer } from "../layer.ts";

interface Filled {
  readonly path: string;
  readonly line: string;
}

/** Less than this and logs, sessions and uploads fail at any moment. */
const minimumFreeKb = 1024;

/** The first file system that has no room, from the lines of `df -P`. */
function fullDisk(facts: HostFacts): Filled | undefined {
  for (const name of ["disk", "inodes"]) {
    for (const line of facts.lines(name)) {
      const [, , , free = "", percent = "", path = ""] = line.split(/ +/);
      if (!/^\d+%$/.test(percent)) continue;
      if (percent === "100%" || (name === "disk" && Number(free) < minimumFreeKb)) return { path, line };
    }
  }
  return undefined;
}

const outOfMemory = /killed by the OOM killer|Out of memory: Killed process|oom-kill/;

/** The machine under everything else: room, memory, and the way to Debian's mirrors. */
export const hostLayer: Layer = {
  name: "host",
  title: { en: "Disk and memory of the host", ja: "ホストのディスクとメモリ" },
  since: "ec2",
  scope: "host",
  observed: ({ host }) => {
    const root = host?.facts?.find("disk", / \/$/)?.split(/ +/);
    const free = host?.facts?.find("memory", /^MemAvailable/)?.replaceAll(/ +/g, " ");
    return root && `disk ${root[4]}, ${free}`;
  },
  diagnoses: [
    {
      code: "HOST_DISK_FULL",
      raises: /No space left on device|ENOSPC|database or disk is full/,
      logLines: [
        "No space left on device",
        "Errno::ENOSPC: No space left on device @ io_write",
        "SQLite3::FullException: database or disk is full",
      ],
      cause: {
        en: "The file system at {path} is full",
        ja: "{path} のファイルシステムに空きがありません",
      },
      // What may go is for a person to say.
      fix: printed(onHost("du -xah {path} | sort -rh | head -n 20"), onHost("journalctl --vacuum-size=50M")),
      find: inHost((facts) => {
        const full = fullDisk(facts);
        return (
          full && {
            evidence: [evidence(`df -P ${full.path}`, full.line, "100%")],
            values: { path: full.path },
          }
        );
      }),
    },
    {
      code: "HOST_OUT_OF_MEMORY",
      raises: /oom-kill|OOM killer|exit code 137|^Killed$/m,
      logLines: [
        "Out of memory: Killed process 1234 (ruby)",
        "A process of this unit has been killed by the OOM killer.",
        "Failed with result 'oom-kill'.",
      ],
      cause: {
        en: "The host ran out of memory and the kernel killed a process. One with 1 GB dies while gems compile or assets are built",
        ja: "メモリが不足し、カーネルがプロセスを強制終了しました。メモリ 1 GB のインスタンスでは gem のコンパイルやアセットのビルドで発生します",
      },
      fix: printed(
        onHost("fallocate -l 2G /swapfile && chmod 600 /swapfile && mkswap /swapfile && swapon /swapfile"),
        byHand("lecture05 destroy && lecture05 up --instance-type t3.medium"),
      ),
      find: inHost((facts, { occasion }) => {
        const line = facts.findLast("oom", outOfMemory);
        const byUnit = facts.value("puma.unit", "Result") === "oom-kill";
        const running = facts.value("puma.unit", "SubState") === "running";
        const killed = /exit code 137|^Killed$/m.test(occasion.failure ?? "");
        // A kill that is over and did no lasting harm is history.
        if (!byUnit && !(line && (killed || !running))) return undefined;
        return {
          evidence: [
            evidence("journalctl -g 'OOM killer|Out of memory'", line ?? "puma.service: Result=oom-kill", "oom-kill"),
            evidence("cat /proc/meminfo", facts.find("memory", /^MemAvailable/) ?? "", "MemAvailable"),
          ],
        };
      }),
    },
    {
      code: "HOST_PACKAGES_UNREACHABLE",
      logLines: [
        "Temporary failure resolving 'deb.debian.org'",
        "E: Failed to fetch http://deb.debian.org/…",
        "Could not fetch specs from https://rubygems.org/",
      ],
      cause: {
        en: "The host does not reach where packages come from: Debian's mirror or RubyGems",
        ja: "ホストからパッケージの取得先 (Debian ミラー、RubyGems) に接続できません",
      },
      fix: printed(onHost("apt-get update"), byHand("lecture05 up")),
      find: ({ occasion }) => {
        const pattern =
          /Temporary failure resolving.*|E: Failed to fetch.*|Could not (fetch specs|reach host).*|Could not resolve host.*/;
        const [line] = pattern.exec(occasion.failure ?? "") ?? [];
        return line ? { evidence: [evidence("lecture05 logs", line)] } : undefined;
      },
    },
  ],
};
