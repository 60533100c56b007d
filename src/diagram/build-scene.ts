import { isOnTheWay, stepNames, type StepName } from "../steps/names.ts";
import type { Language, LocalizedText } from "../text.ts";
import { findContradictions } from "./contradictions.ts";
import { boxMaker } from "./make-box.ts";
import { vpcBox } from "./network-boxes.ts";
import { pathOf } from "./paths.ts";
import { allBoxes, type Box, type Scene } from "./scene.ts";
import { storageBoxes } from "./storage-boxes.ts";
import type { Topology } from "./topology.ts";

export interface SceneOptions {
  readonly language: Language;
  /** The picture as far as this step; without it, as far as was proved. */
  readonly stage?: StepName;
  /** Takes account ids, addresses and the like out of a text that will be published. */
  readonly redact: (text: string) => string;
}

/** Puts what was observed into frames and draws the path that the stage's step proved. Pure. */
export function buildScene(topology: Topology, options: SceneOptions): Scene {
  const { language, redact } = options;
  const say = (words: LocalizedText): string => words[language];
  const stage = options.stage ?? lastProved(topology);
  const contradictions = findContradictions(topology);
  const make = boxMaker(contradictions, redact);
  const reaches = (step: StepName): boolean => isOnTheWay(stage, step);

  const outside: Box[] = reaches("alb")
    ? [
        make("user", "user", say({ en: "User", ja: "ユーザー" }), [say({ en: "browser", ja: "ブラウザ" })]),
        make("internet", "internet", say({ en: "Internet", ja: "インターネット" }), []),
      ]
    : [make("operator", "user", say({ en: "You", ja: "操作する人" }), ["lecture05"])];
  const managed = reaches("alb")
    ? []
    : [make("ssm", "systems-manager", "Systems Manager", [say({ en: "no SSH", ja: "SSH は使わない" })])];
  const region = withUnplaced(
    make(
      "region",
      "region",
      say({ en: "Region", ja: "リージョン" }) + ` ${topology.region}`,
      [],
      [...managed, ...vpcBox(topology, stage, make, say), ...(reaches("s3") ? storageBoxes(topology, make, say) : [])],
    ),
    contradictions.length,
  );
  const account = make(
    "account",
    "account",
    topology.target === "sandbox"
      ? say({ en: "Sandbox (an AWS on one's own machine)", ja: "サンドボックス (自分のマシン上の AWS)" })
      : "AWS",
    [say({ en: `account ${topology.account}`, ja: `アカウント ${topology.account}` })],
    [region],
  );
  const boxes = [...outside, account];
  const ids = new Set(allBoxes(boxes).map(({ id }) => id));
  const arrows = pathOf(stage, topology).filter(({ from, to }) => ids.has(from) && ids.has(to));
  return {
    title: say({ en: `Architecture of ${topology.stack}`, ja: `構成図: ${topology.stack}` }),
    subtitle: subtitleOf(topology, stage, language),
    language,
    boxes,
    arrows,
    contradictions: contradictions.map((found) => ({
      ...found,
      text: { en: redact(found.text.en), ja: redact(found.text.ja) },
      subject: redact(found.subject),
    })),
  };
}

/** What is about nothing on the picture (it is gone, or a later stage's) is marked on the region. */
function withUnplaced(region: Box, contradictions: number): Box {
  const placed = new Set(allBoxes([region]).flatMap(({ marks }) => marks));
  const numbers = Array.from({ length: contradictions }, (_, index) => index + 1);
  return { ...region, marks: numbers.filter((number) => !placed.has(number)) };
}

/** The paths of site and backups are beside that of the application, which is the one to show. */
function lastProved({ proved }: Topology): StepName {
  return stepNames.findLast((name) => name !== "static-site" && name !== "backup" && proved.has(name)) ?? "ec2";
}

function subtitleOf({ observedAt, proved }: Topology, stage: StepName, language: Language): string {
  const when = observedAt.toISOString().slice(0, 16).replace("T", " ");
  const provedAt = proved.get(stage)?.toISOString().slice(0, 16).replace("T", " ");
  const text: LocalizedText = {
    en: `As it really was at ${when} UTC. Path: ${stage} (${provedAt ? `proved at ${provedAt} UTC` : "not proved"})`,
    ja: `${when} UTC 時点の実際の状態。経路: ${stage} (${provedAt ? `${provedAt} UTC に動作確認済み` : "未確認"})`,
  };
  return text[language];
}
