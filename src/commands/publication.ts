import { redact } from "../records/redact.ts";
import { identifiersOf, redactForPublication } from "../records/publish.ts";
import type { State } from "../state/schema.ts";
import { confirm } from "./confirm.ts";
import type { Invocation } from "./command.ts";

/** What texts that are meant to be published go through. `--no-redact` asks first; secrets stay out even then. */
export async function publicationFilter(invocation: Invocation, state: State): Promise<(text: string) => string> {
  if (invocation.options.redact !== false) {
    const { HOME } = invocation.io.env;
    // A home that is a system's directory says nothing about anybody.
    const own = { home: HOME && HOME.split("/").length > 2 ? HOME : undefined, identifiers: identifiersOf(state) };
    return (text) => redactForPublication(text, own);
  }
  await confirm(invocation, {
    about: {
      en: "Account ids, public addresses and names will be readable in what is written. Secrets stay out.",
      ja: "アカウント ID・パブリック IP・名前などが伏せられずに出力されます (秘密情報は常に伏せられます)。",
    },
  });
  return (text) => redact(text);
}
