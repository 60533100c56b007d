import { hostsDiffer, type Releases } from "../state/releases.ts";
import type { Language, LocalizedText } from "../text.ts";
import type { CellView } from "./panels.ts";

export interface ReleasesView {
  readonly note: string;
  /** The release, what it is, since when. */
  readonly releases: readonly (readonly CellView[])[];
  /** Instance and release, where hosts differ. */
  readonly hosts: readonly (readonly CellView[])[];
}

/** Which release is live, and which one `rollback` would bring back. */
export function buildReleases(releases: Releases | undefined, language: Language): ReleasesView {
  const say = (text: LocalizedText): string => text[language];
  if (!releases) {
    const none = { en: "There is no application on the hosts yet.", ja: "アプリケーションはまだありません。" };
    return { note: say(none), releases: [], hosts: [] };
  }
  const { live, brought, previous, pending, hosts } = releases;
  const differ = hostsDiffer(releases);
  const plain = (text: string): CellView => ({ text, tone: "" });
  return {
    note: say(noteOf(releases, differ)),
    releases: [
      ...(pending
        ? [
            [
              plain(pending.release),
              { text: say({ en: "on its way", ja: "切り替え中" }), tone: "bad" as const },
              plain(`${moment(pending.since)} (${pending.command})`),
            ],
          ]
        : []),
      [
        plain(live),
        { text: say({ en: "live", ja: "公開中" }), tone: "ok" as const },
        plain(brought ? `${moment(brought.at)} (${brought.command})` : "up"),
      ],
      ...(previous === undefined
        ? []
        : [
            [
              plain(previous),
              plain(say({ en: "the one before (rollback)", ja: "1 つ前 (rollback で戻る)" })),
              plain("-"),
            ],
          ]),
    ],
    hosts: differ ? hosts.map(({ instanceId, release }) => [plain(instanceId), plain(release)]) : [],
  };
}

function noteOf({ brought, pending, hosts }: Releases, differ: boolean): LocalizedText {
  if (pending) {
    const back = pending.command === "rollback" ? "deploy" : "rollback";
    const seen = differ
      ? { en: "the hosts differ", ja: "ホストによってリリースが異なります" }
      : { en: "all hosts still have the same", ja: "まだ全ホストが同じリリースです" };
    return {
      en: `A ${pending.command} is not complete, and ${seen.en}. To go on: lecture05 ${pending.command}, back: lecture05 ${back}`,
      ja: `${pending.command} が完了していません (${seen.ja})。続行: lecture05 ${pending.command}、取り消し: lecture05 ${back}`,
    };
  }
  const all: LocalizedText =
    hosts.length > 1
      ? { en: "The live release is on every host.", ja: "公開中のリリースは全ホストで同じです。" }
      : { en: "The live release is on the only host.", ja: "1 台のホストで公開しています。" };
  if (brought) return all;
  return {
    en: `${all.en} It came with lecture05 up; nothing has been deployed since.`,
    ja: `${all.ja}lecture05 up で導入したもので、その後のデプロイはありません。`,
  };
}

const moment = (at: string): string => `${at.slice(0, 16).replace("T", " ")} UTC`;
