import { untranslated } from "../../text.ts";
import type { DoctorCheck } from "./probes.ts";

export const stateDirectory: DoctorCheck = async (probes) => {
  const problems: string[] = [];
  for (const directory of [probes.stateDirectory, probes.sandboxHome]) {
    const why = await probes.whyNotWritable(directory);
    if (why) problems.push(`${directory}: ${why}`);
  }
  return {
    name: "state-directory",
    title: { en: "State directories can be written", ja: "状態ディレクトリへの書き込み" },
    status: problems.length === 0 ? "ok" : "failed",
    observed: untranslated(problems.join(", ") || `${probes.stateDirectory}, ${probes.sandboxHome}`),
    fix: [
      {
        en: "Choose another directory: --dir DIR, LECTURE05_SANDBOX_HOME=DIR",
        ja: "別のディレクトリを指定: --dir DIR、LECTURE05_SANDBOX_HOME=DIR",
      },
    ],
  };
};
