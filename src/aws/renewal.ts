import type { LocalizedText } from "../text.ts";

export type NextStep = string | LocalizedText;

/** How the credentials of the call that failed are renewed. By the error, because adapters tell errors by their names. */
const known = new WeakMap<Error, readonly NextStep[]>();

export function noteRenewal(error: unknown, renewal: readonly NextStep[]): void {
  if (error instanceof Error) known.set(error, renewal);
}

/** What was noted with an error; the usual ways where nothing was. */
export function renewalNoted(error: Error, usual: readonly NextStep[]): readonly NextStep[] {
  return known.get(error) ?? usual;
}

export const runAgain: LocalizedText = {
  en: "Then run the same command again: it goes on where it stopped",
  ja: "その後、同じコマンドを実行すると続きから再開します",
};

/** The sandbox gives its keys to each command anew; one that ends them (`--realism aws`) takes the next one's. */
export const sandboxRenewal: readonly NextStep[] = [
  {
    en: "In the sandbox nobody has to sign in: each command gets its keys anew",
    ja: "サンドボックスではサインインは不要です。コマンドごとに新しいキーが渡されます",
  },
];
