import {
  bucketRequest,
  encryptionConfiguration,
  publicAccessBlock,
  versioningConfiguration,
} from "../../aws/object-storage/settings.ts";
import { configureS3 } from "../../remote/configure-s3.ts";
import { shipLogsService, shipLogsServiceText, shipLogsTimer, shipLogsTimerText } from "../../remote/log-shipping.ts";
import { hostBucketPolicy, secureTransportPolicy } from "../../steps/s3/policies.ts";
import type { Facts } from "../facts.ts";
import { reasonsFor, type Reason, type Why } from "../reason.ts";
import { environmentSources, requestSource, unitSource } from "../sources.ts";
import { shipLogsWhys } from "./ship-logs.ts";

/** The bucket, the right to it, and what goes there. */
export function s3Reasons({ stack, bucket, region }: Facts): Reason[] {
  return [
    ...reasonsFor(
      requestSource("s3 CreateBucket", bucketRequest({ stack, step: "s3", name: "bucket" }, bucket, region)),
      {
        Bucket: {
          en: "Bucket names are shared by all of AWS, so ours carries a piece of a hash of account, region and stack: always the same for one stack, and nobody else's by accident.",
          ja: "バケット名は AWS 全体で重複できません。アカウント、リージョン、スタック名から作ったハッシュの一部を付けることで、同じスタックなら常に同じ名前になり、他人の名前と偶然ぶつかることもありません。",
        },
        "CreateBucketConfiguration.Tags": {
          en: "By its tags it is found again and, in the end, deleted; a bucket without them is never touched.",
          ja: "タグから探し出し、最後に削除できるようにします。タグのないバケットには決して触りません。",
        },
        ...(region === "us-east-1" ? {} : { "CreateBucketConfiguration.LocationConstraint": location }),
      },
    ),
    ...reasonsFor(requestSource("s3 PutPublicAccessBlock", publicAccessBlock), accessWhys),
    ...reasonsFor(requestSource("s3 PutBucketEncryption", encryptionConfiguration), {
      "Rules.ApplyServerSideEncryptionByDefault.SSEAlgorithm": {
        lesson: true,
        en: "S3 encrypts every object before it writes it to a disk, with keys that it keeps itself (SSE-S3). It costs nothing. A key of one's own (KMS) is for those who must say who may decrypt, and see it logged; it costs money for each call.",
        ja: "S3 がオブジェクトを自動的に暗号化して保存します (SSE-S3)。鍵の管理も S3 が行い、無料です。復号できる人を細かく制御・記録したい場合は自分の鍵 (SSE-KMS) を使いますが、呼び出しごとに料金がかかります。",
      },
    }),
    ...reasonsFor(requestSource("s3 PutBucketVersioning", versioningConfiguration), {
      Status: {
        lesson: true,
        en: "What is overwritten or deleted by mistake can be brought back: S3 keeps the versions before. They cost as much as other objects, so in earnest one adds a rule that removes old ones.",
        ja: "誤って上書き・削除しても、以前のバージョンから戻せます。古いバージョンにも料金がかかるので、本番ではライフサイクルルールで古いものを削除します。",
      },
    }),
    ...reasonsFor(requestSource("s3 PutBucketPolicy", secureTransportPolicy(bucket, region)), transportWhys),
    ...reasonsFor(requestSource("iam PutRolePolicy", hostBucketPolicy(bucket, region)), roleWhys),
    ...environmentSources(configureS3({ bucket, region }).text).flatMap((source) =>
      reasonsFor(source, environmentWhys),
    ),
    ...reasonsFor(unitSource(shipLogsTimer, shipLogsTimerText), timerWhys),
    ...reasonsFor(unitSource(shipLogsService, shipLogsServiceText), shipLogsWhys),
  ];
}

const location: Why = {
  en: "In the same region as the instance: near, and without charge for the transfer between them. Data does not leave a region by itself.",
  ja: "インスタンスと同じリージョンに作成します。距離が近く、リージョン間のデータ転送料もかかりません。データが勝手に別のリージョンへ出ることもありません。",
};

const closed: Why = {
  lesson: true,
  en: "The bucket is closed to the public, whatever anybody writes into a policy or an access list later. All four switches are on: no public lists, none honoured, no public policies, none honoured. The pictures go through the application, so browsers never need the bucket.",
  ja: "あとから誰がどんなポリシーや ACL を設定しても、バケットが公開されることはありません (ブロックパブリックアクセス)。4 つの設定をすべて有効にし、公開する ACL とポリシーの追加を拒否し、すでにあるものも無効にします。画像はアプリケーション経由で配信するので、ブラウザがバケットに直接アクセスする必要はありません。",
};
const accessWhys: Readonly<Record<string, Why>> = {
  BlockPublicAcls: closed,
  IgnorePublicAcls: closed,
  BlockPublicPolicy: closed,
  RestrictPublicBuckets: closed,
};

const version: Why = {
  en: "The version of the policy language, not a date to change.",
  ja: "ポリシー言語のバージョンです。日付のように見えますが、変更するものではありません。",
};
const label: Why = {
  en: "A name for the statement, so that one knows which of them denied something.",
  ja: "ステートメントの名前です。どのルールで拒否されたのかを見分けられます。",
};
const tlsOnly: Why = {
  en: "Nobody talks to the bucket in the clear: what comes without TLS is denied, to everybody and for every action. A Deny wins over any Allow.",
  ja: "バケットとの通信に TLS (https) を必須にします。TLS を使わないアクセスは、誰のどんな操作でも拒否します。Deny はどの Allow よりも優先されます。",
};
const transportWhys: Readonly<Record<string, Why>> = {
  Version: version,
  "Statement.Sid": label,
  "Statement.Effect": tlsOnly,
  "Statement.Principal": tlsOnly,
  "Statement.Action": tlsOnly,
  "Statement.Resource": {
    en: "The bucket itself and everything in it are two resources for IAM.",
    ja: "IAM では、バケット自体とその中のオブジェクトは別々のリソースです。両方を指定します。",
  },
  "Statement.Condition.Bool.aws:SecureTransport": tlsOnly,
};

const least: Why = {
  lesson: true,
  en: "Least privilege: the hosts may read, write and delete objects in this one bucket, which is what Active Storage calls, and nothing else. With s3:* on * a flaw in the application would open every bucket of the account.",
  ja: "最小権限の原則です。ホストに許可するのは、このバケットのオブジェクトの読み取り・書き込み・削除だけ (Active Storage が使う操作) です。s3:* を * に許可すると、アプリケーションの欠陥 1 つでアカウント内の全バケットが操作されてしまいます。",
};
const listing: Why = {
  en: "Listing is a right on the bucket, not on its objects. Active Storage needs it to find a picture's reduced forms, whose keys start alike.",
  ja: "一覧の取得は、オブジェクトではなくバケットに対する権限です。縮小画像はキーの先頭が共通なので、Active Storage はその一覧を取得して削除します。",
};
const roleWhys: Readonly<Record<string, Why>> = {
  Version: version,
  "Statement.Sid": label,
  "Statement.Effect": {
    en: "What no statement allows is denied.",
    ja: "許可と書かれていないことは、すべて拒否されます。",
  },
  "Statement.Action s3:ListBucket": listing,
  "Statement.Action": least,
  "Statement.Resource": {
    en: "This bucket by its name (ARN): all its objects for the first statement, the bucket itself for the second.",
    ja: "このバケットを ARN で指定します。1 つ目のステートメントは中のオブジェクトすべて、2 つ目はバケット自体です。",
  },
};

const environmentWhys: Readonly<Record<string, Why>> = {
  ACTIVE_STORAGE_SERVICE: {
    lesson: true,
    en: "Pictures go to S3 instead of the instance's disk. On the disk they are lost with the instance, and behind a load balancer every second picture would be missing: it lies on the other instance.",
    ja: "画像の保存先を、インスタンスのディスクから S3 に切り替えます。ディスクに置くとインスタンスと一緒に失われ、2 台構成では「もう 1 台」に保存された画像が表示されません。",
  },
  S3_BUCKET: {
    lesson: true,
    en: "Every picture is an object: a value (its bytes) under a key (a random text of 28 characters). There are no folders in S3: logs/2026/… is a key with slashes in it, and the console only draws it as if it were one.",
    ja: "画像は 1 枚ごとにオブジェクトになります。オブジェクトはキー (28 文字のランダムな文字列) と値 (画像のデータ) の組です。S3 にフォルダはありません。logs/2026/… のようなキーは「/ を含む名前」であり、コンソールがフォルダのように表示しているだけです。",
  },
  AWS_REGION: {
    en: "The bucket's region. Asked in another one, S3 answers with a redirect.",
    ja: "バケットのあるリージョンです。別のリージョンに問い合わせると、S3 はリダイレクトを返します。",
  },
};

const timerWhys: Readonly<Record<string, Why>> = {
  Description: {
    en: "What `systemctl list-timers` calls it.",
    ja: "systemctl list-timers などに表示される名前です。",
  },
  OnCalendar: {
    en: "Every five minutes: what is lost with an instance is five minutes of logs at most.",
    ja: "5 分ごとにログを S3 に送ります。インスタンスが失われても、なくなるログは最大で 5 分間分です。",
  },
  RandomizedDelaySec: {
    en: "Hosts take turns instead of all at once.",
    ja: "複数のホストが同時に動かないように、開始時刻をずらします。",
  },
  WantedBy: {
    en: "Runs from the start of the system on.",
    ja: "OS の起動時から動き始めます。",
  },
};
