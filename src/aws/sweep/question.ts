import type { Found, SweepAnswer, SweepCall } from "../../ports/sweep.ts";
import { requestIdOf } from "../translate-error.ts";

interface Output {
  readonly $metadata: { readonly requestId?: string };
}

/** Keeps what is needed to look one call up. Returns the output itself. */
export type Note = <Out extends Output>(operation: string, output: Out) => Out;

/** Puts one question. A refusal is an answer too, one that proves nothing. */
export async function question(
  service: SweepAnswer["service"],
  subject: string,
  look: (note: Note) => Promise<readonly Found[]>,
): Promise<SweepAnswer> {
  const calls: SweepCall[] = [];
  const note: Note = (operation, output) => {
    calls.push({ operation, requestId: output.$metadata.requestId ?? "" });
    return output;
  };
  try {
    return { service, subject, calls, found: await look(note) };
  } catch (failure) {
    return { service, subject, calls, found: [], failure };
  }
}

/** A call that AWS answers with an error because there is nothing: that answer has a request id as well. */
export function noteRefusal(note: Note, operation: string, error: unknown): void {
  const requestId = requestIdOf(error);
  note(operation, { $metadata: requestId === undefined ? {} : { requestId } });
}

/** All pages, each noted. */
export async function everyPage<Page extends Output, Item>(
  note: Note,
  operation: string,
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(note(operation, page)) ?? []));
  return items;
}

export const foundAs =
  (type: string) =>
  (id: string | undefined): Found => ({ type, id: id ?? "" });
