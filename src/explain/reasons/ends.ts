import { endRequest } from "../../aws/auto-scaling/ends.ts";
import { expiryServiceFile, expiryServiceText, expiryTimerFile, expiryTimerText } from "../../remote/expiry.ts";
import { groupNameOf } from "../../steps/redundancy/settings.ts";
import type { Facts } from "../facts.ts";
import { reasonsFor, type Reason, type Why } from "../reason.ts";
import { requestSource, unitSource } from "../sources.ts";

/** Stands for the end where the stack has none. */
const sample = "2000-01-01T00:00:00.000Z";
const placeholder = "END";

/** How a single host ends itself (--ttl). */
export function hostEndReasons({ expiresAt }: Facts): Reason[] {
  const timer = unitSource(expiryTimerFile, expiryTimerText(expiresAt ?? sample));
  const shutdown = { InstanceInitiatedShutdownBehavior: { Value: "terminate" } };
  const reasons = [
    ...reasonsFor(requestSource("ec2 ModifyInstanceAttribute", shutdown), shutdownWhys),
    ...reasonsFor(timer, timerWhys),
    ...reasonsFor(unitSource(expiryServiceFile, expiryServiceText), serviceWhys),
  ];
  return withPlaceholder(reasons, expiresAt);
}

/** How a group ends its hosts (--ttl). */
export function groupEndReasons({ stack, expiresAt }: Facts): Reason[] {
  const request = endRequest(groupNameOf(stack), expiresAt ?? sample);
  const source = requestSource("autoscaling PutScheduledUpdateGroupAction", request);
  return withPlaceholder(reasonsFor(source, scheduledWhys), expiresAt);
}

const withPlaceholder = (reasons: readonly Reason[], expiresAt: string | undefined): Reason[] =>
  reasons.map((reason) => ({
    ...reason,
    value: expiresAt === undefined ? reason.value.replace(/2000-01-01[T ]\S+( UTC)?$/, placeholder) : reason.value,
  }));

const shutdownWhys: Readonly<Record<string, Why>> = {
  "InstanceInitiatedShutdownBehavior.Value": {
    en: "With --ttl only: a host that shuts itself down is terminated, disk and all. As EC2 has it otherwise it would only stop, and its disk would go on costing.",
    ja: "--ttl を指定した場合だけ設定します。ホストが自分でシャットダウンすると、ディスクごと終了 (terminate) します。EC2 の既定では停止するだけで、ディスクの料金がかかり続けます。",
  },
};

const boots: Why = {
  en: "After a stop or a reboot it looks again a minute later: a moment that passed meanwhile is not missed.",
  ja: "停止や再起動のあとは、起動から 1 分後にもう一度確認します。その間に終了時刻を過ぎていても見逃しません。",
};

const timerWhys: Readonly<Record<string, Why>> = {
  Description: { en: "What systemctl calls it.", ja: "systemctl での表示名です。" },
  OnCalendar: {
    en: "With --ttl only: a single host ends itself. A timer of systemd needs nobody who watches, and no permission to terminate anything.",
    ja: "--ttl を指定した場合だけ設定します。単独のホストは自分で終了します。systemd のタイマーなら、見張る人も、インスタンスを終了する権限も要りません。",
  },
  OnBootSec: boots,
  AccuracySec: {
    en: "By itself systemd may be a minute late, to wake up less often.",
    ja: "systemd の既定では、起動回数を減らすために最大 1 分遅れることがあります。",
  },
  WantedBy: { en: "It is there again after every boot.", ja: "起動のたびに有効になります。" },
};

const serviceWhys: Readonly<Record<string, Why>> = {
  Description: { en: "What systemctl calls it.", ja: "systemctl での表示名です。" },
  After: {
    en: "A host of a group is a copy of this disk, timer included. That unit takes the timer away first, because the group would replace a host that ended itself.",
    ja: "グループのホストは、タイマーも含めてこのディスクのコピーです。自分で終了するとグループが代わりを起動してしまうので、先にこのユニットがタイマーを取り除きます。",
  },
  Type: { en: "It runs to its end and is done.", ja: "1 回実行して終了します。" },
  ExecStart: {
    en: "The program looks at the clock once more before it shuts the host down: one that was set later must not end it early.",
    ja: "シャットダウンする前に、プログラムがもう一度時刻を確認します。後から時計が直された場合に、早く終了しないようにするためです。",
  },
};

const none: Why = {
  en: "No host is left, and the group puts none in their place.",
  ja: "ホストを 1 台も残しません。グループが代わりを起動することもありません。",
};

const scheduledWhys: Readonly<Record<string, Why>> = {
  AutoScalingGroupName: {
    en: "The end is the group's, not its hosts': a host that ended itself would be taken for a failure and replaced.",
    ja: "終了時刻は、ホストではなくグループに設定します。ホストが自分で終了すると、障害とみなされて代わりが起動してしまうためです。",
  },
  ScheduledActionName: {
    en: "Always this name: putting another moment under it moves the end instead of adding a second one. DescribeScheduledActions looks whether it is still to come, DeleteScheduledAction takes it away (--ttl none).",
    ja: "名前は常に同じです。別の時刻で登録すると、2 つ目が増えるのではなく終了時刻が変わります。まだ残っているかは DescribeScheduledActions で確認し、取り消すとき (--ttl none) は DeleteScheduledAction を使います。",
  },
  StartTime: {
    en: "With --ttl only: AWS itself carries it out at this moment, with nobody there. It may be up to two minutes late.",
    ja: "--ttl を指定した場合だけ設定します。この時刻になると、誰もいなくても AWS が実行します。最大 2 分ほど遅れることがあります。",
  },
  MinSize: none,
  DesiredCapacity: none,
  MaxSize: {
    en: "Even somebody's wish for another host is not fulfilled after the end.",
    ja: "終了後は、台数を増やそうとしてもホストは起動しません。",
  },
};
