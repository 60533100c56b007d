import { commandOf } from "../../src/diagnose/commands.ts";
import type { Diagnosis, Layer } from "../../src/diagnose/layer.ts";
import { nothingWrong, unknown } from "../../src/diagnose/verdict.ts";

const head = `# Diagnoses

<!-- Written from the table in src/diagnose/layers by \`npx vitest run --project unit -u test/diagnose/documentation.test.ts\`. -->

\`lecture05 diagnose\` walks the way from the visitor to the disk and stops at the first place that is itself wrong. A
place that only suffers, such as an unhealthy target or a 502, is passed by: its cause lies further in. Each answer has one
of the codes below. Words in braces are filled in with what was found.

\`lecture05 diagnose\` は、利用者からディスクまでの経路を順に調べ、最初に異常がある箇所を 1 つ示します。ターゲットの異常や 502 の
ように影響を受けているだけの箇所は原因とせず、さらに内側を調べます。診断結果は以下のコードのいずれかです。波括弧の部分には
実際の値が入ります。

"Automatic" fixes are what \`lecture05 diagnose --fix\` applies. The others are printed only: they cost money, take
something away, touch what is not the tool's own, or need a change in your application.
「自動」の対処は \`lecture05 diagnose --fix\` で適用されます。それ以外は表示のみです。
`;

/** docs/diagnoses.md, from the table. */
export function renderDiagnoses(layers: readonly Layer[]): string {
  const parts = [head, special()];
  for (const layer of layers) {
    parts.push(`## ${layer.name}\n\n${layer.title.en} / ${layer.title.ja}\n`);
    for (const diagnosis of layer.diagnoses) parts.push(entry(diagnosis));
  }
  return parts.join("\n");
}

function special(): string {
  return `## Without a place / 箇所なし

### ${nothingWrong}

Everything that was looked at is well. Exit code 0. / 調べた範囲に異常はありません。終了コードは 0 です。

### ${unknown}

Something is wrong (a check failed, a page is not 200, a target is unhealthy), but in no way that the table knows. The layer
is the innermost one that suffers; the evidence is what was seen there, as it is. Nothing is guessed and nothing is changed. /
異常はありますが、表にある原因に当てはまりません。推測はせず、観測した内容をそのまま示します。
`;
}

function entry({ code, logLines, cause, fix, latent, symptom }: Diagnosis): string {
  const notes = [
    ...(latent
      ? ["Does no harm to visitors now; named only when nothing else is wrong. / 現時点では利用者に影響しません。"]
      : []),
    ...(symptom
      ? ["Named only when nothing further in raises what the log shows. / 内側の原因が見つからない場合のみ。"]
      : []),
  ];
  return [
    `### ${code}`,
    "",
    "```text",
    ...logLines,
    "```",
    "",
    `- Cause: ${cause.en}.`,
    `- 原因: ${cause.ja}。`,
    ...notes.map((note) => `- ${note}`),
    `- Fix / 対処 (${fix.automatic ? "automatic / 自動" : "by hand / 手動"}):`,
    "",
    "```sh",
    ...fix.actions.map((action) => commandOf(action)),
    "```",
    "",
  ].join("\n");
}
