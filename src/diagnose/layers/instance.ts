import { bearsGiven } from "../../steps/ec2/given-profile.ts";
import { managedPolicyForSsm } from "../../steps/ec2/plan.ts";
import { evidence, applyStep, automatic, byHand, inHost, printed, when, type Layer } from "../layer.ts";

/** The instance: runs, has its role, and SSM reaches it. */
export const instanceLayer: Layer = {
  name: "instance",
  title: { en: "Instance, role and SSM", ja: "インスタンス、IAM ロール、SSM" },
  since: "ec2",
  scope: "host",
  observed: ({ host }) =>
    host && `${host.instance.id} ${host.instance.state}, SSM ${host.online ? "online" : "offline"}`,
  diagnoses: [
    {
      code: "INSTANCE_MISSING",
      logLines: ["InvalidInstanceID.NotFound: The instance ID does not exist"],
      cause: {
        en: "There is no instance any more: it was terminated behind the tool's back",
        ja: "インスタンスが存在しません。ツール以外の操作で終了 (terminate) されています",
      },
      // A new one costs money and starts empty.
      fix: printed(byHand("lecture05 up")),
      find: ({ ec2, host }) =>
        when(
          ec2 !== undefined && host === undefined,
          evidence("aws ec2 describe-instances", "no instance carries the stack's tag", "none"),
        ),
    },
    {
      code: "INSTANCE_STOPPED",
      mayPass: true,
      logLines: [
        "Target.InvalidState: Target is in the stopped state",
        "InvalidInstanceId: Instances not in a valid state for account",
      ],
      cause: { en: "The instance is {state}, not running", ja: "インスタンスが実行中ではありません ({state})" },
      fix: automatic(applyStep("ec2")),
      find: ({ host }) => {
        if (!host || host.instance.state === "running") return undefined;
        const { id, state } = host.instance;
        return {
          evidence: [evidence(`aws ec2 describe-instances --instance-ids ${id}`, `State ${state}`, state)],
          values: { state },
        };
      },
    },
    {
      code: "INSTANCE_ROLE_MISSING",
      logLines: ["EC2RoleRequestError: no EC2 instance role found", "Unable to locate credentials"],
      cause: {
        en: "The hosts' role or its instance profile is not there, so the agent has no keys: SSM does not see the host, and S3 refuses it",
        ja: "IAM ロールまたはインスタンスプロファイルがありません。認証情報を取得できないため、SSM にも S3 にも接続できません",
      },
      fix: automatic(applyStep("ec2")),
      find: ({ ec2, stack }) => {
        if (!ec2) return undefined;
        const { role, profile } = ec2;
        // Somebody else's, which is neither found by tags nor ours to mend.
        if (bearsGiven(stack, ec2.instances)) return undefined;
        if (role && profile?.roleNames.includes(role.name)) return undefined;
        const line = role ? `Roles ${profile?.roleNames.join(", ") || "none"}` : "no such role";
        return { evidence: [evidence("aws iam get-instance-profile", line)] };
      },
    },
    {
      code: "INSTANCE_ROLE_WITHOUT_SSM",
      logLines: [
        "AccessDeniedException: is not authorized to perform: ssm:UpdateInstanceInformation",
        "TargetNotConnected: i-… is not connected.",
      ],
      cause: {
        en: `The hosts' role lacks the policy ${managedPolicyForSsm}, so the agent may not talk to SSM`,
        ja: `IAM ロールにポリシー ${managedPolicyForSsm} がアタッチされていません。SSM エージェントが接続できません`,
      },
      fix: automatic(applyStep("ec2")),
      find: ({ ec2 }) =>
        when(
          ec2?.role && !ec2.role.managedPolicies.some((arn) => arn.endsWith(`/${managedPolicyForSsm}`)),
          evidence(
            "aws iam list-attached-role-policies",
            `AttachedPolicies ${ec2?.role?.managedPolicies.join(", ") || "none"}`,
          ),
        ),
    },
    {
      code: "INSTANCE_NOT_MANAGED",
      mayPass: true,
      logLines: ["PingStatus: ConnectionLost", "TargetNotConnected: i-… is not connected."],
      cause: {
        en: "The instance runs and has its role, but its SSM agent does not report: it is stopped or was never installed. Without it nothing on the host can be looked at",
        ja: "インスタンスは実行中で IAM ロールもありますが、SSM エージェントから応答がありません (停止、または未インストール)。ホスト内部は確認できません",
      },
      // A reboot starts the agent again, and takes the page away for a moment.
      fix: printed(byHand("aws ec2 reboot-instances --instance-ids {instance}")),
      find: ({ host }) => {
        if (!host || host.online || host.instance.state !== "running") return undefined;
        return {
          evidence: [evidence("aws ssm describe-instance-information", `${host.instance.id} is not Online`, "offline")],
          values: { instance: host.instance.id },
        };
      },
    },
    {
      code: "METADATA_OFF",
      raises: /MissingCredentialsError|unable to sign request|InstanceProfileCredentials/i,
      logLines: ["Aws::Errors::MissingCredentialsError: unable to sign request without credentials set"],
      cause: {
        en: "The instance's metadata service does not answer, so programs on it get no keys from the role",
        ja: "インスタンスメタデータサービスが応答しません。ロールの認証情報を取得できません",
      },
      fix: printed(byHand("aws ec2 modify-instance-metadata-options --instance-id {instance} --http-endpoint enabled")),
      find: inHost((facts, { host }) => {
        const status = facts.text("role.token");
        if (status === "" || status === "200") return undefined;
        const line = status === "000" ? "no answer" : `HTTP ${status}`;
        return {
          evidence: [evidence("curl -X PUT http://169.254.169.254/latest/api/token", line)],
          values: { instance: host?.instance.id ?? "" },
        };
      }),
    },
    {
      code: "INSTANCE_IMDSV1_ALLOWED",
      latent: true,
      logLines: ["HttpTokens: optional"],
      cause: {
        en: "The metadata service answers without a token (IMDSv1). A flaw in the application could hand the role's keys to a stranger",
        ja: "インスタンスメタデータがトークンなし (IMDSv1) で取得できます。アプリの脆弱性から認証情報が漏れる恐れがあります",
      },
      fix: printed(byHand("aws ec2 modify-instance-metadata-options --instance-id {instance} --http-tokens required")),
      find: ({ host }) =>
        host && !host.instance.imdsv2Required
          ? {
              evidence: [evidence("aws ec2 describe-instances", "HttpTokens optional", "optional")],
              values: { instance: host.instance.id },
            }
          : undefined,
    },
  ],
};
