import { Lecture05Error } from "../../errors.ts";
import type { DoctorCheck } from "./probes.ts";

/** `up` builds it, too; having it beforehand only saves the wait. */
export const baseImage: DoctorCheck = async (probes) => {
  const engineAnswers = !((await probes.engine()) instanceof Lecture05Error);
  const present = engineAnswers && (await probes.imagesPresent());
  return {
    name: "base-image",
    title: { en: "Images of the sandbox (Debian 13)", ja: "サンドボックスのイメージ (Debian 13)" },
    status: present ? "ok" : "warning",
    observed: present
      ? { en: "present", ja: "あり" }
      : {
          en: "not there yet: the first `up` builds them in a minute or two",
          ja: "なし: 初回の up で作成します (1〜2 分)",
        },
    fix: ["lecture05 doctor --fix"],
    ...(present || !engineAnswers ? {} : { repair: (repairs, onProgress) => repairs.buildImages(onProgress) }),
  };
};
