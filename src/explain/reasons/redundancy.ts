import { groupRequest } from "../../aws/auto-scaling/groups.ts";
import { refreshPreferences } from "../../aws/auto-scaling/refreshes.ts";
import { identityService } from "../../remote/paths.ts";
import { identityUnitText } from "../../remote/take-identity.ts";
import {
  bakeSeconds,
  defaultHosts,
  graceSeconds,
  groupNameOf,
  mostHosts,
  warmupSeconds,
} from "../../steps/redundancy/settings.ts";
import type { Facts } from "../facts.ts";
import { reasonsFor, type Reason, type Why } from "../reason.ts";
import { requestSource, unitSource } from "../sources.ts";

/** The group, how it changes to a new image, and what makes a copy of a host one of its own. */
export function redundancyReasons({ stack, settings, idOf }: Facts): Reason[] {
  const group = groupRequest({
    name: groupNameOf(stack),
    templateId: idOf("ec2:launch-template", "hosts"),
    templateVersion: 1,
    subnetIds: [idOf("ec2:subnet", "public-a"), idOf("ec2:subnet", "public-c")],
    targetGroupArn: idOf("elbv2:target-group", "hosts"),
    hosts: settings.hosts ?? defaultHosts,
    maximum: mostHosts,
    graceSeconds,
    warmupSeconds,
  });
  return [
    ...reasonsFor(requestSource("autoscaling CreateAutoScalingGroup", group), groupWhys),
    ...reasonsFor(
      requestSource("autoscaling StartInstanceRefresh", refreshPreferences({ warmupSeconds, bakeSeconds })),
      refreshWhys,
    ),
    ...reasonsFor(unitSource(identityService, identityUnitText), identityWhys),
  ];
}

const capacity: Why = {
  lesson: true,
  en: "So many hosts, always: the group puts another in the place of one that is lost. Nothing scales by load here, so fewest and wanted are the same number.",
  ja: "常にこの台数を保ちます。1 台失われると、グループが代わりを起動します。負荷による増減はしないので、最小数と希望数は同じです。",
};

const groupWhys: Readonly<Record<string, Why>> = {
  AutoScalingGroupName: {
    en: "Named after the stack, so that two stacks do not meet.",
    ja: "スタック名から付け、ほかのスタックと重ならないようにします。",
  },
  "LaunchTemplate.LaunchTemplateId": {
    en: "What each host is launched with, in versions: image, type, role, security group, encrypted disk, IMDSv2.",
    ja: "ホストの起動設定 (イメージ、タイプ、IAM ロール、セキュリティグループ、暗号化ディスク、IMDSv2) です。バージョンで管理されます。",
  },
  "LaunchTemplate.Version": {
    en: "A number, not $Latest: a version that was made a moment ago must not reach a host that is replaced tonight before it was proved. Rolling back needs numbers, too.",
    ja: "$Latest ではなく番号で指定します。作ったばかりの未確認バージョンが、自動の置き換えで使われるのを防ぎます。ロールバックにも番号が必要です。",
  },
  MinSize: capacity,
  DesiredCapacity: capacity,
  MaxSize: {
    en: "Room for scale N. It is a bound, not a plan: nothing grows by itself.",
    ja: "scale コマンドで増やせる上限です。自動で増えることはありません。",
  },
  VPCZoneIdentifier: {
    lesson: true,
    en: "A subnet in each of two Availability Zones. The group spreads its hosts evenly over them, so that a zone that fails takes half of them at most.",
    ja: "2 つの AZ のサブネットです。グループがホストを均等に分散するので、1 つの AZ に障害が起きても失うのは半分までです。",
  },
  HealthCheckType: {
    lesson: true,
    en: "By itself a group replaces only what does not run. With ELB it replaces also a host on which the application does not answer.",
    ja: "既定では、停止したインスタンスしか置き換えません。ELB にすると、アプリケーションが応答しないホストも置き換えます。",
  },
  HealthCheckGracePeriod: {
    en: "Rails needs some time to boot. Without it a group ends hosts before they are ready, and launches others, for ever.",
    ja: "Rails の起動には時間がかかります。猶予期間がないと、準備中のホストを異常とみなして終了と起動を繰り返してしまいます。",
  },
  DefaultInstanceWarmup: {
    en: "So long a new host counts as new, and the next one is not touched yet.",
    ja: "新しいホストをこの時間だけ準備中とみなし、次のホストにはまだ手を付けません。",
  },
};

const refreshWhys: Readonly<Record<string, Why>> = {
  MinHealthyPercentage: {
    lesson: true,
    en: "At no moment are there fewer hosts than wanted: another is healthy before one goes.",
    ja: "ホストの数が希望数を下回る瞬間を作りません。新しいホストが正常になってから古いものを終了します。",
  },
  MaxHealthyPercentage: {
    en: "For the time of the change there may be half as many more.",
    ja: "入れ替えの間は 1.5 倍の台数まで増やせます。",
  },
  InstanceWarmup: { en: "As in the group itself.", ja: "グループの設定と同じです。" },
  BakeTime: {
    en: "The new hosts have to stay well for a while before the old image is given up.",
    ja: "新しいホストがしばらく正常であることを確かめてから、古いイメージを手放します。",
  },
  SkipMatching: {
    en: "Who is of the new version already stays.",
    ja: "すでに新しいバージョンのホストはそのまま残します。",
  },
  AutoRollback: {
    en: "When new hosts do not become healthy, AWS puts the old version back by itself.",
    ja: "新しいホストが正常にならない場合、AWS が自動的に元のバージョンに戻します。",
  },
};

const beforeServing: Why = {
  lesson: true,
  en: "A copy of a disk is another host's until it was told otherwise: its id, logs and keys. That is put right before anything serves, and before SSM is told who this is.",
  ja: "ディスクのコピーには、元のホストの ID・ログ・鍵が残っています。サービスが応答する前、そして SSM に名乗る前に、自分自身のものに置き換えます。",
};
const network: Why = {
  en: "Who it is and what it may know are asked for over the network.",
  ja: "自分の ID と共有する秘密情報をネットワーク経由で取得します。",
};
const once: Why = {
  en: "It runs to its end once at each boot, and counts as done from then on.",
  ja: "起動のたびに 1 回実行し、以降は完了扱いにします。",
};

const identityWhys: Readonly<Record<string, Why>> = {
  Description: { en: "What systemctl calls it.", ja: "systemctl での表示名です。" },
  After: network,
  Wants: network,
  Before: beforeServing,
  Type: once,
  RemainAfterExit: once,
  ExecStart: { en: "The program that does it.", ja: "実行するプログラムです。" },
  TimeoutStartSec: {
    en: "Longer than the program's own patience with network, role and Parameter Store.",
    ja: "ネットワーク、IAM ロール、Parameter Store を待つ時間より長くします。",
  },
  WantedBy: { en: "It runs at every boot.", ja: "起動のたびに実行します。" },
};
