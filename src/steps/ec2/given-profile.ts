import { Lecture05Error } from "../../errors.ts";
import type { LookedAtProfile } from "../../ports/identity.ts";
import type { LocalizedText } from "../../text.ts";
import type { StepContext } from "../step.ts";
import { roleNameOf, type Observed } from "./observe.ts";
import { isUsable } from "./usable.ts";

/** Somebody else's instance profile, which the hosts bear: it and its role are read, and never changed or deleted. */
export interface GivenProfile {
  readonly name: string;
  readonly roleName: string;
  readonly roleArn: string;
}

type Context = Pick<StepContext, "stack" | "settings" | "ports">;

/**
 * The profile that was named (`--instance-profile`), or that the hosts bear; undefined when it is or will be the stack's
 * own. Throws PROFILE_UNUSABLE, before anything is made, when hosts could not work with it.
 */
export async function givenProfile(
  { stack, settings, ports }: Context,
  { instances }: Pick<Observed, "instances">,
): Promise<GivenProfile | undefined> {
  const own = roleNameOf(stack);
  const borne = instances.find(({ state, profileName }) => isUsable(state) && profileName !== undefined)?.profileName;
  const name = settings.instanceProfile ?? borne ?? own;
  if (borne !== undefined && borne !== name) throw unusable(bearsAnother(name, borne));
  if (name === own) return undefined;
  const profile = await ports.identity.lookAtInstanceProfile(name);
  const wrong = whyUnusable(name, profile);
  if (wrong) throw unusable(wrong);
  const role = profile?.role;
  if (!role) throw new Error("no role");
  return { name, roleName: role.name, roleArn: role.arn };
}

/** Whether hosts bear a profile that is not the stack's own. */
export const bearsGiven = (stack: string, instances: Observed["instances"]): boolean =>
  instances.some(({ profileName }) => profileName !== undefined && profileName !== roleNameOf(stack));

/** What keeps hosts from working with it. Pure. */
export function whyUnusable(name: string, profile: LookedAtProfile | undefined): LocalizedText | undefined {
  if (!profile) {
    return {
      en: `There is no instance profile ${name} in this account`,
      ja: `このアカウントにインスタンスプロファイル ${name} はありません`,
    };
  }
  const { role, stack } = profile;
  if (stack !== undefined) {
    return {
      en: `${name} belongs to the stack ${stack}, which deletes it one day`,
      ja: `${name} はスタック ${stack} のもので、そのスタックの削除時になくなります`,
    };
  }
  if (!role) return { en: `${name} has no role in it`, ja: `${name} に IAM ロールが含まれていません` };
  if (!role.trustsEc2) {
    return {
      en: `The trust policy of its role ${role.name} does not name ec2.amazonaws.com`,
      ja: `IAM ロール ${role.name} の信頼ポリシーに ec2.amazonaws.com がありません`,
    };
  }
  if (role.hasPolicies) return undefined;
  return {
    en: `Its role ${role.name} has no policy at all: SSM would not reach the hosts (attach AmazonSSMManagedInstanceCore)`,
    ja: `IAM ロール ${role.name} にポリシーがなく、SSM から接続できません (AmazonSSMManagedInstanceCore をアタッチしてください)`,
  };
}

const bearsAnother = (name: string, borne: string): LocalizedText => ({
  en: `The hosts bear the instance profile ${borne}, and not ${name}`,
  ja: `ホストのインスタンスプロファイルは ${name} ではなく ${borne} です`,
});

const unusable = (why: LocalizedText): Lecture05Error =>
  new Lecture05Error("PROFILE_UNUSABLE", {
    what: { en: "The named instance profile cannot be used", ja: "指定されたインスタンスプロファイルは使用できません" },
    why,
    next: ["lecture05 up --instance-profile NAME", "aws iam list-instance-profiles"],
  });
