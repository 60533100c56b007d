import type { LocalizedText } from "./text.ts";

/** What the two kinds are for that the tool does not build; `explain` and the answer to asking for one say the same. */
export const otherKinds: Readonly<Record<"gwlb" | "clb", LocalizedText>> = {
  gwlb: {
    en: "GWLB (Gateway Load Balancer) is not for applications. It sends all traffic of a network through a fleet of firewalls or scanners and back, unchanged (GENEVE, port 6081).",
    ja: "GWLB (Gateway Load Balancer): アプリケーション用ではありません。ネットワークの通信を、ファイアウォールや侵入検知などの仮想アプライアンス群に通すためのものです (GENEVE、ポート 6081)。",
  },
  clb: {
    en: "CLB (Classic Load Balancer) is the first of them, from 2009. It knows neither target groups nor rules by path. Nothing new is built with it; who still has one moves to an ALB or NLB.",
    ja: "CLB (Classic Load Balancer): 2009 年からある最初の世代です。ターゲットグループもパスによる振り分けもありません。新しく使う理由はなく、既存のものは ALB か NLB に移行します。",
  },
};

/** Names under which people ask for them. */
const names: Readonly<Record<string, keyof typeof otherKinds>> = {
  gwlb: "gwlb",
  gateway: "gwlb",
  clb: "clb",
  classic: "clb",
  elb: "clb",
};

export function otherKind(name: string): LocalizedText | undefined {
  const kind = Object.hasOwn(names, name.toLowerCase()) ? names[name.toLowerCase()] : undefined;
  return kind && otherKinds[kind];
}
