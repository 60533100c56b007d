import type { LocalizedText } from "../text.ts";
import type { Certificate } from "./certificate.ts";
import { serviceNames } from "./service-names.ts";
import { sizeText } from "./size-text.ts";
import { storageCostPerMonth } from "./storage-cost.ts";

const words = {
  title: { en: "lecture05: certificate of removal", ja: "削除証明書" },
  result: { en: "Result", ja: "結果" },
  stack: { en: "Stack", ja: "スタック" },
  started: { en: "Started", ja: "開始" },
  finished: { en: "Finished", ja: "終了" },
  sandbox: {
    en: "In the sandbox: no AWS account was touched.",
    ja: "サンドボックスでの結果です。AWS アカウントには触れていません。",
  },
  asked: { en: "Asked after the deletions, by the stack's tag, and found", ja: "削除後にタグで確認した項目と検出数" },
  deleted: { en: "Deleted in this run", ja: "今回削除したもの" },
  kept: { en: "Kept by request", ja: "指定により残したもの" },
  backups: { en: "backups", ja: "バックアップ" },
  later: { en: "To remove it later", ja: "後で削除するには" },
  notAsked: {
    en: "Not asked: what carries no tag of the stack, other regions, CloudWatch Logs. lecture05 makes nothing there.",
    ja: "対象外: スタックのタグがないもの、他のリージョン、CloudWatch Logs (lecture05 は作成しません)。",
  },
  history: {
    en: "SSM keeps the text of the commands that ran for 30 days; it is free and cannot be deleted.",
    ja: "SSM には実行したコマンドの履歴が 30 日間残ります (無料、削除不可)。",
  },
} satisfies Record<string, LocalizedText>;

const both = (text: LocalizedText): string => `${text.en} / ${text.ja}`;

/** certificate.txt: the same for people, in both languages, because it is handed on. */
export function certificateText(certificate: Certificate): string {
  const { stack, region, account, asked, deleted, kept, target } = certificate;
  const inSandbox = target === "sandbox";
  const width = Math.max(4, ...asked.map(({ service }) => serviceNames[service].length));
  return [
    both(words.title),
    "",
    `  ${both(words.result)}: ${certificate.result}`,
    `  ${both(words.stack)}: ${stack} (${inSandbox ? "sandbox" : `AWS ${account}`}, ${region})`,
    `  ${both(words.started)}: ${certificate.startedAt}`,
    `  ${both(words.finished)}: ${certificate.finishedAt}`,
    ...(inSandbox ? [`  ${both(words.sandbox)}`] : []),
    "",
    both(words.asked),
    ...asked.flatMap(({ service, subject, found, calls }) => [
      `  ${serviceNames[service].padEnd(width)} ${subject.padEnd(20)} ${found}`,
      ...calls.map(({ operation, requestId }) => `         ${operation} ${requestId || "-"}`),
    ]),
    "",
    `${both(words.deleted)} (${deleted.length})`,
    ...deleted.map(({ type, id }) => `  ${type} ${id}`),
    "",
    `${both(words.kept)} (${kept.length})`,
    ...kept.map(
      ({ type, id, objects, sizeBytes, backups }) =>
        `  ${type} ${id} (${objects} objects, ${sizeText(sizeBytes)}${backups ? `, ${both(words.backups)}` : ""}${
          inSandbox ? "" : `, ~$${storageCostPerMonth(sizeBytes).toFixed(2)}/month`
        })`,
    ),
    ...(kept.length > 0 ? [`  ${both(words.later)}: ${removal(stack, kept)}`] : []),
    "",
    both(words.notAsked),
    ...(inSandbox ? [] : [both(words.history)]),
    "",
  ].join("\n");
}

const removal = (stack: string, kept: Certificate["kept"]): string =>
  kept.some(({ backups }) => backups)
    ? `lecture05 destroy --stack ${stack} --backups delete`
    : `lecture05 destroy --stack ${stack}`;
