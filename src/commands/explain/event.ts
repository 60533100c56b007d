import type { Explanation } from "../../explain/reason.ts";

/** What --json prints. A setting that was asked for by name comes under its step. */
export function explanationEvent({ kind, name, title, text, settings, see }: Explanation): object {
  return {
    type: "explanation",
    step: kind === "step" ? name : null,
    topic: kind === "topic" ? name : null,
    title,
    text,
    settings: settings.map((setting) => ({
      name: setting.name,
      value: setting.value,
      where: setting.where,
      why: { en: setting.why.en, ja: setting.why.ja },
    })),
    see,
  };
}
