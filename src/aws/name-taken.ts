import { Lecture05Error } from "../errors.ts";
import type { LocalizedText } from "../text.ts";
import { stackTag } from "./tags.ts";

/**
 * A name that this stack needs belongs to something without its tag. Nothing of somebody else's is taken over, changed
 * or deleted. `owner` is the stack whose tag it carries, if any.
 */
export function nameTaken(
  kind: LocalizedText,
  name: string,
  id: string,
  owner: string | undefined,
  cause?: unknown,
): Lecture05Error {
  return new Lecture05Error("NAME_TAKEN", {
    what: {
      en: `A ${kind.en} named ${name} exists that is not this stack's`,
      ja: `${name} という名前の${kind.ja}がすでにありますが、このスタックのものではありません`,
    },
    why: owner
      ? { en: `${id} belongs to the stack ${owner}`, ja: `${id} はスタック ${owner} のものです` }
      : { en: `${id} carries no tag ${stackTag}`, ja: `${id} にはタグ ${stackTag} がありません` },
    next: [
      { en: "Choose another name: lecture05 up --stack NAME", ja: "別の名前を使う: lecture05 up --stack NAME" },
      { en: `or rename or delete that ${kind.en} yourself`, ja: `または、その${kind.ja}を自分で変更・削除する` },
    ],
    cause,
  });
}
