import type { ReportData } from "./data.ts";
import type { Block } from "./document.ts";
import { heading, paragraph, type Say } from "./words.ts";

export function costSection({ target, cost }: ReportData, say: Say): Block[] {
  const dollars = (amount: number): string => `$${amount.toFixed(4)}`;
  const hours = cost.hours.toFixed(2);
  return [
    heading(2, "cost", say({ en: "Cost", ja: "費用" })),
    paragraph(
      target === "sandbox"
        ? say({
            en: `The sandbox costs nothing. On AWS the same stack (${cost.instanceType}) would have cost about ${dollars(cost.soFarDollars)} for ${hours} h (${dollars(cost.perHourDollars)} an hour; an estimate).`,
            ja: `サンドボックスのため費用はかかりません。同じ構成 (${cost.instanceType}) を AWS で ${hours} 時間動かした場合の概算は ${dollars(cost.soFarDollars)} です (1 時間あたり ${dollars(cost.perHourDollars)})。`,
          })
        : say({
            en: `About ${dollars(cost.soFarDollars)} so far: ${hours} h at ${dollars(cost.perHourDollars)} an hour (an estimate from list prices; transfer and storage come on top).`,
            ja: `これまでの概算は ${dollars(cost.soFarDollars)} です (${hours} 時間 × 1 時間あたり ${dollars(cost.perHourDollars)}。定価からの概算で、データ転送量と保存量は別途)。`,
          }),
    ),
  ];
}

export function endSection({ standing }: ReportData, say: Say): Block[] {
  const title = heading(2, "take-down", say({ en: "How to take it down", ja: "削除の手順" }));
  if (standing.kind === "gone") {
    return [title, paragraph(say({ en: "It has been taken down already.", ja: "すでに削除済みです。" }))];
  }
  return [
    title,
    { kind: "code", title: say({ en: "Command", ja: "コマンド" }), text: "lecture05 destroy", open: true },
    paragraph(
      say({
        en: "It removes everything that carries the stack's tag, asks every service anew, and says how much is left.",
        ja: "スタックのタグが付いたリソースをすべて削除し、全サービスに問い合わせて残りがないことを確認します。",
      }),
    ),
  ];
}
