import type { Count } from "../count.ts";
import type { LocalizedText } from "../text.ts";

const units = {
  downloaded: { en: "packages downloaded", ja: "パッケージをダウンロード" },
  unpacked: { en: "packages unpacked", ja: "パッケージを展開" },
  setUp: { en: "packages set up", ja: "パッケージを設定" },
  gems: { en: "gems installed", ja: "gem をインストール" },
} satisfies Record<string, LocalizedText>;

/**
 * Counts what apt and Bundler say they have done, line by line. apt tells beforehand how many packages it will be;
 * Bundler does not, so gems are counted without an end.
 *
 * @returns a function that takes further lines and answers with how far it is; undefined when nothing can be counted
 */
export function createOutputCounter(): (lines: readonly string[]) => Count | undefined {
  let total: number | undefined;
  let [downloaded, unpacked, setUp, gems] = [0, 0, 0, 0];

  const take = (line: string): void => {
    const [, upgraded, added] = /^(\d+) upgraded, (\d+) newly installed,/.exec(line) ?? [];
    if (added !== undefined) {
      // What was downloaded before were lists of packages.
      [total, downloaded, unpacked, setUp] = [Number(upgraded) + Number(added), 0, 0, 0];
    } else if (/^Get:\d+ /.test(line)) downloaded += 1;
    else if (line.startsWith("Unpacking ")) unpacked += 1;
    else if (line.startsWith("Setting up ")) setUp += 1;
    else if (/^Installing \S+ \d/.test(line)) gems += 1;
  };

  return (lines) => {
    for (const line of lines) take(line);
    if (gems > 0) return { done: gems, unit: units.gems };
    if (total === undefined || total === 0) return undefined;
    // Single packages are set up in between already, because others need them to be unpacked.
    if (unpacked >= total || setUp * 2 > unpacked) return { done: setUp, total, unit: units.setUp };
    if (unpacked > 0) return { done: unpacked, total, unit: units.unpacked };
    return downloaded > 0 ? { done: downloaded, total, unit: units.downloaded } : undefined;
  };
}
