import { codeOf, isNode, literalText, nameOf, place, possibleTexts, walk, type Node, type Source } from "./syntax.ts";

/** Words in both languages, as they stand in one place of the source. */
export interface Pair {
  readonly where: string;
  readonly en: Node | undefined;
  readonly ja: Node | undefined;
  readonly english: readonly string[];
  readonly japanese: readonly string[];
  /** Both are the same expression: its words are not there in two languages. */
  readonly isOneExpression: boolean;
}

export const hasJapanese = (text: string): boolean => /[\u3040-\u30ff\u4e00-\u9fff]/.test(text);

const withoutValues = (text: string): string => text.replaceAll("{}", " ");

/** Whether there is nothing to translate: no word of lower-case letters, or one that is a name (paths, code, products). */
export function isNeutral(text: string): boolean {
  return !/(?<![\w./:$<-])[a-z]{2,}(?![\w./:(=-])/.test(withoutValues(text));
}

/** Two English words after one another, which no name, path or option is. */
export const isEnglish = (text: string): boolean => /[A-Za-z]{2,}[,:;]? [a-z]{2,}/.test(withoutValues(text));

const property = (object: Node, name: string): Node | undefined =>
  (object.properties as Node[]).find((entry) => nameOf(entry.key) === name);

/** Every object with `en` or `ja`, and every choice by the language. */
export function findPairs(source: Source): Pair[] {
  const pairs: Pair[] = [];
  const add = (node: Node, en: Node | undefined, ja: Node | undefined): void => {
    pairs.push({
      where: place(source, node),
      en,
      ja,
      english: en ? possibleTexts(en) : [],
      japanese: ja ? possibleTexts(ja) : [],
      isOneExpression: isOneExpression(source, en, ja),
    });
  };
  walk(source.body, (node) => {
    if (node.type === "ObjectExpression") {
      const [en, ja] = [property(node, "en"), property(node, "ja")];
      if (en || ja) add(node, en?.value as Node | undefined, ja?.value as Node | undefined);
    }
    if (node.type === "ConditionalExpression" && isLanguageChoice(source, node)) {
      const [ja, en] = [node.consequent as Node, node.alternate as Node];
      if (possibleTexts(ja).length > 0) add(node, en, ja);
    }
  });
  return pairs;
}

/** The same twice; a name as a literal (Nginx) is one word in both languages. */
function isOneExpression(source: Source, en: Node | undefined, ja: Node | undefined): boolean {
  if (!en || !ja || codeOf(source, en) !== codeOf(source, ja)) return false;
  return !(en.type === "Literal" && isNeutral(String(en.value)));
}

/** `language === "ja" ? … : …`, or the same by a variable called `ja`. */
const isLanguageChoice = (source: Source, node: Node): boolean =>
  /^(ja|\w*language === "ja")$/.test(codeOf(source, node.test as Node));

const isPartOfPair = (source: Source, ancestors: readonly Node[]): boolean =>
  ancestors.some(
    (ancestor) =>
      (ancestor.type === "Property" && ["en", "ja"].includes(nameOf(ancestor.key))) ||
      (ancestor.type === "ConditionalExpression" && isLanguageChoice(source, ancestor)),
  );

/** Errors of these classes are bugs of ours, which are reported as they are. */
const isBugReport = (ancestors: readonly Node[]): boolean =>
  ancestors.some(({ type, callee }) => type === "NewExpression" && /^(Range|Type)?Error$/.test(nameOf(callee)));

/**
 * What other programs print and what they are called with, in diagnoses: log lines to be recognised and to be found by a
 * search engine, commands, and evidence quoted from hosts.
 */
const isQuotation = (ancestors: readonly Node[]): boolean =>
  ancestors.some(
    ({ type, key, callee }) =>
      (type === "Property" && nameOf(key) === "logLines") ||
      (type === "CallExpression" && /^(evidence|onHost)$/.test(nameOf(callee))),
  );

export interface Stray {
  readonly where: string;
  readonly text: string;
  readonly code: string;
}

/** English sentences that stand in one language only. */
export function findStrays(source: Source): Stray[] {
  const strays: Stray[] = [];
  walk(source.body, (node, ancestors) => {
    const text = literalText(node);
    if (text === undefined || !isEnglish(text)) return;
    if (isPartOfPair(source, ancestors) || isBugReport(ancestors) || isQuotation(ancestors)) return;
    strays.push({ where: place(source, node), text, code: codeOf(source, node) });
  });
  return strays;
}

/** Properties whose text is shown as what was expected or seen. */
const observations = ["expected", "observed", "seen", "reason"];

/** What checks may say, one by one, with 42 for a value that is filled in. */
export function findObservations(source: Source): { readonly where: string; readonly text: string }[] {
  const found: { where: string; text: string }[] = [];
  const add = (node: Node | undefined): void => {
    if (!node) return;
    for (const text of possibleTexts(node)) {
      if (text) found.push({ where: place(source, node), text: text.replaceAll("{}", "42") });
    }
  };
  walk(source.body, (node, ancestors) => {
    if (/^(Conditional|Logical)Expression$/.test(node.type) && !isPartOfPair(source, ancestors)) add(node);
    if (node.type === "CallExpression" && nameOf(node.callee) === "check") {
      const [, , expected, observed] = node.arguments as Node[];
      add(expected);
      add(observed);
    }
    if (node.type === "Property" && observations.includes(nameOf(node.key)) && isNode(node.value)) add(node.value);
    if (node.type === "VariableDeclarator" && /(seen|observed)$/i.test(nameOf(node.id)) && isNode(node.init)) {
      add(node.init);
    }
  });
  return found;
}

/** Texts that are said to be no words of ours. */
export function findUntranslated(source: Source): { readonly where: string; readonly text: string }[] {
  const found: { where: string; text: string }[] = [];
  walk(source.body, (node) => {
    if (node.type !== "CallExpression" || nameOf(node.callee) !== "untranslated") return;
    for (const argument of node.arguments as Node[]) {
      for (const text of possibleTexts(argument)) found.push({ where: place(source, node), text });
    }
  });
  return found;
}
