import type { GetCommandInvocationCommandOutput } from "@aws-sdk/client-ssm";
import { Lecture05Error } from "../../errors.ts";
import { inWords } from "../../observed.ts";

const again = {
  en: "Run the same command again: it goes on at this step",
  ja: "同じコマンドを実行すると、このステップから再開します",
} as const;

/** States in which the agent never took the command (https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html). */
const undelivered = new Set(["DeliveryTimedOut", "Undeliverable", "InvalidPlatform", "Terminated", "AccessDenied"]);

/** Throws when a finished invocation says that its script did not run to an end of its own. */
export function assertRan(
  { Status, StatusDetails }: Pick<GetCommandInvocationCommandOutput, "Status" | "StatusDetails">,
  instanceId: string,
  name: string,
  timeoutMs: number,
): void {
  // Spelled with blanks in the documentation, without in answers.
  const detail = (StatusDetails ?? Status ?? "Unknown").replaceAll(" ", "");
  if (undelivered.has(detail)) throw notManaged(instanceId, detail);
  if (Status === "Success" || Status === "Failed") return;
  const seconds = Math.round(timeoutMs / 1000);
  throw new Lecture05Error("REMOTE_COMMAND_FAILED", {
    what: {
      en: `${name} did not come to its end on ${instanceId}: ${detail}`,
      ja: `${instanceId} で ${name} が最後まで実行されませんでした: ${detail}`,
    },
    why:
      Status === "Cancelled"
        ? { en: "Somebody cancelled the command", ja: "コマンドが取り消されました" }
        : { en: `It may take ${seconds} s`, ja: `制限時間は ${seconds} 秒です` },
    next: [`lecture05 exec --instance ${instanceId} -- tail /var/log/lecture05/${name}.out`, again],
  });
}

export function notManaged(instanceId: string, detail: string, cause?: unknown): Lecture05Error {
  return new Lecture05Error("INSTANCE_NOT_MANAGED", {
    what: { en: `SSM cannot reach ${instanceId}`, ja: `SSM から ${instanceId} に接続できません` },
    why: {
      en: `${detail}: the instance or its SSM agent is stopped, the role is missing, or there is no way to the internet`,
      ja: `${detail}: インスタンスや SSM エージェントの停止、IAM ロールの不足、インターネットへの経路がないことが考えられます`,
    },
    next: ["lecture05 status --live", "lecture05 step ec2"],
    ...(cause === undefined ? {} : { cause }),
  });
}

export function silent(instanceId: string, name: string, commandId: string, elapsedMs: number, status: string) {
  const seconds = Math.round(elapsedMs / 1000);
  return new Lecture05Error("WAIT_TIMED_OUT", {
    what: {
      en: `${name} on ${instanceId} never came to an end`,
      ja: `${instanceId} での ${name} が終了しませんでした`,
    },
    why: {
      en: `Command ${commandId} is "${status}" after ${seconds} s`,
      ja: `コマンド ${commandId} の状態は ${seconds} 秒後も「${inWords(status).ja}」です`,
    },
    next: ["lecture05 status --live", again],
  });
}

export function interrupted(instanceId: string, name: string, cause: unknown): Lecture05Error {
  return new Lecture05Error("INTERRUPTED", {
    what: {
      en: `Interrupted; ${name} was stopped on ${instanceId}`,
      ja: `中断しました。${instanceId} の ${name} も停止しました`,
    },
    next: [again],
    cause,
  });
}
