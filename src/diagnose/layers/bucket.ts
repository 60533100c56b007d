import { samePolicy, hostBucketPolicy } from "../../steps/s3/policies.ts";
import type { View } from "../facts.ts";
import type { HostFacts } from "../host-facts.ts";
import { evidence, applyStep, automatic, byHand, inHost, printed, when, type Diagnosis } from "../layer.ts";

const operations = ["put", "get", "list", "delete"] as const;

/** The first of the role's requests that S3 refused: "put 403 AccessDenied". */
function refused(
  facts: HostFacts,
): { readonly operation: string; readonly answer: string; readonly text: string } | undefined {
  for (const operation of operations) {
    const answer = facts.text(`s3.${operation}`).trim();
    if (answer !== "" && !/^2\d\d/.test(answer)) return { operation, answer, text: facts.text(`s3.${operation}.text`) };
  }
  return undefined;
}

const asRole = (operation: string): string => `aws s3api ${operation}-object (as app, through the role)`;

const policyIsRight = ({ rolePolicy, bucketName, region }: View): boolean | undefined =>
  rolePolicy === undefined
    ? undefined
    : rolePolicy !== null && samePolicy(rolePolicy, hostBucketPolicy(bucketName, region));

/** A setting of the bucket that does no harm today. */
function setting(
  code: string,
  off: (view: View) => boolean | undefined,
  shown: { readonly command: string; readonly line: string },
  cause: Diagnosis["cause"],
): Diagnosis {
  return {
    code,
    since: "s3",
    latent: true,
    logLines: [shown.line],
    cause,
    fix: automatic(applyStep("s3")),
    find: (view) => when(off(view), evidence(shown.command, shown.line)),
  };
}

/** The bucket, and what the hosts' role may do there. */
export const bucketFaults: readonly Diagnosis[] = [
  {
    code: "BUCKET_MISSING",
    since: "s3",
    raises: /NoSuchBucket/,
    logLines: ["Aws::S3::Errors::NoSuchBucket: The specified bucket does not exist"],
    cause: {
      en: "The bucket is gone, and what was in it, too",
      ja: "バケットが存在しません。保存されていたオブジェクトも失われています",
    },
    // A new one is empty: that the pictures are lost is for a person to know first.
    fix: printed(applyStep("s3")),
    find: ({ bucket, bucketName }) =>
      when(
        bucket === null,
        evidence(`aws s3api head-bucket --bucket ${bucketName}`, "404 NoSuchBucket", "NoSuchBucket"),
      ),
  },
  {
    code: "STORAGE_ROLE_DENIED",
    since: "s3",
    raises: /AccessDenied/,
    logLines: [
      "Aws::S3::Errors::AccessDenied: Access Denied",
      "is not authorized to perform: s3:PutObject on resource: … because no identity-based policy allows the s3:PutObject action",
    ],
    cause: {
      en: "The hosts' role may not {operation} objects of the bucket: its policy is not the one that the tool attached",
      ja: "IAM ロールにバケットのオブジェクトに対する {operation} の権限がありません。ポリシーが変更または削除されています",
    },
    fix: automatic(applyStep("s3")),
    find: inHost((facts, view) => {
      const denied = refused(facts);
      if (policyIsRight(view) !== false || !denied?.answer.startsWith("403")) return undefined;
      return {
        evidence: [
          evidence(asRole(denied.operation), [denied.answer, denied.text].filter(Boolean).join(": "), denied.answer),
          evidence("aws iam get-role-policy", view.rolePolicy ? "the policy differs" : "no such policy"),
        ],
        values: { operation: denied.operation },
      };
    }),
  },
  {
    code: "STORAGE_BUCKET_POLICY_DENIES",
    since: "s3",
    raises: /AccessDenied/,
    logLines: ["with an explicit deny in a resource-based policy"],
    cause: {
      en: "The role has its rights, but the bucket refuses {operation}: its own policy or an access block denies it",
      ja: "IAM ロールの権限は正しいですが、バケット側 (バケットポリシーなど) が {operation} を拒否しています",
    },
    // Somebody wrote that policy for a reason.
    fix: printed(applyStep("s3")),
    find: inHost((facts, view) => {
      const denied = refused(facts);
      if (policyIsRight(view) !== true || !denied?.answer.startsWith("403")) return undefined;
      return {
        evidence: [
          evidence(asRole(denied.operation), [denied.answer, denied.text].filter(Boolean).join(": "), denied.answer),
          evidence("aws iam get-role-policy", "as the tool attached it"),
        ],
        values: { operation: denied.operation },
      };
    }),
  },
  {
    code: "STORAGE_UNREACHABLE",
    since: "s3",
    raises: /Seahorse::Client::NetworkingError|Failed to open TCP connection|execution expired/,
    logLines: [
      "Seahorse::Client::NetworkingError (Failed to open TCP connection to …s3.ap-northeast-1.amazonaws.com:443)",
    ],
    cause: {
      en: "The host does not reach S3 at all: no route, no name service, or a proxy in between",
      ja: "ホストから S3 に接続できません。ルート、名前解決、プロキシを確認してください",
    },
    fix: printed(byHand("lecture05 exec -- curl -sSI https://s3.ap-northeast-1.amazonaws.com/")),
    find: inHost((facts) => {
      const failed = refused(facts);
      return failed?.answer.startsWith("000")
        ? { evidence: [evidence(asRole(failed.operation), "no answer", "000")] }
        : undefined;
    }),
  },
  {
    code: "ROLE_POLICY_CHANGED",
    since: "s3",
    latent: true,
    logLines: ['"Action": "s3:*"', '"Resource": "*"'],
    cause: {
      en: "The hosts' role is not limited to what the application needs: its policy was changed",
      ja: "IAM ロールのポリシーが変更されており、必要最小限の権限になっていません",
    },
    fix: automatic(applyStep("s3")),
    find: (view) =>
      when(
        policyIsRight(view) === false,
        evidence("aws iam get-role-policy", JSON.stringify(view.rolePolicy?.Statement ?? null), "differs"),
      ),
  },
  setting(
    "BUCKET_PUBLIC",
    ({ bucket }) => bucket?.publicAccessBlocked === false,
    { command: "aws s3api get-public-access-block", line: "NoSuchPublicAccessBlockConfiguration" },
    {
      en: "The bucket is not closed to the public: one careless policy or ACL would publish every picture",
      ja: "バケットのブロックパブリックアクセスが無効です。設定次第で全画像が公開されてしまいます",
    },
  ),
  setting(
    "BUCKET_NOT_ENCRYPTED",
    ({ bucket }) => bucket?.encrypted === false,
    { command: "aws s3api get-bucket-encryption", line: "ServerSideEncryptionConfigurationNotFoundError" },
    { en: "The bucket does not encrypt what it keeps", ja: "バケットのデフォルト暗号化が無効です" },
  ),
  setting(
    "BUCKET_NOT_VERSIONED",
    ({ bucket }) => bucket?.versioned === false,
    { command: "aws s3api get-bucket-versioning", line: "Status: Suspended" },
    {
      en: "The bucket keeps no versions: what is overwritten or deleted is lost",
      ja: "バケットのバージョニングが無効です。上書きや削除をすると元に戻せません",
    },
  ),
];
