import { expiryRulesConfiguration } from "../../aws/object-storage/settings.ts";
import { imageRequest } from "../../aws/images.ts";
import { backupService, backupServiceText, backupTimer, backupTimerText } from "../../remote/backup/units.ts";
import { backupImage } from "../../steps/backup/host-image.ts";
import { hostBackupPolicy } from "../../steps/backup/policies.ts";
import { expiryRules } from "../../steps/backup/settings.ts";
import { imageOfTag } from "../../steps/host-image.ts";
import type { Facts } from "../facts.ts";
import { reasonsFor, type Reason, type Why } from "../reason.ts";
import { requestSource, unitSource } from "../sources.ts";
import { shipLogsWhys } from "./ship-logs.ts";

/** The bucket of the backups, the right to it, and what fills it. */
export function backupReasons({ bucket, region, stack, idOf }: Facts): Reason[] {
  const backups = `${bucket}-backup`;
  const image = imageRequest(
    { stack, ...backupImage },
    {
      instanceId: idOf("ec2:instance", "host-1"),
      name: `${stack}-…`,
      description: `lecture05: stack ${stack}`,
      tags: { [imageOfTag]: "…" },
    },
  );
  return [
    ...reasonsFor(requestSource("s3 PutBucketLifecycleConfiguration", expiryRulesConfiguration(expiryRules)), ruleWhys),
    ...reasonsFor(requestSource("iam PutRolePolicy", hostBackupPolicy(backups, region)), policyWhys),
    ...reasonsFor(unitSource(backupTimer, backupTimerText), timerWhys),
    ...reasonsFor(unitSource(backupService, backupServiceText), serviceWhys),
    ...reasonsFor(requestSource("ec2 CreateImage", image), imageWhys),
  ];
}

const imageWhys: Readonly<Record<string, Why>> = {
  InstanceId: {
    en: "The host that was proved: what is on its disk is what the image holds, keys and SQLite's file included. So its snapshot is encrypted, and nobody else may use it.",
    ja: "動作を確認したホストです。ディスクの内容がすべて入ります (鍵や SQLite のファイルも)。そのためスナップショットは暗号化し、ほかのアカウントには公開しません。",
  },
  Name: {
    en: "Unique in account and region. It goes by what is installed on the host, so that a repeat after a lost answer makes no second image.",
    ja: "アカウントとリージョンで一意の名前です。インストール内容から決まるので、応答が失われて再実行しても 2 つ目は作られません。",
  },
  Description: {
    en: "Whose it is, for who finds it in the console.",
    ja: "コンソールで見たときに、どのスタックのものか分かるようにします。",
  },
  NoReboot: {
    lesson: true,
    en: "Without it EC2 stops the host for a consistent disk, and visitors get an error. What was written is flushed to the disk right before; the rows are in the dump, which is of one moment.",
    ja: "指定しないと、整合性のためにホストが再起動され、その間アクセスできません。直前にディスクへの書き込みを済ませます。レコードは別途、同じ時点のダンプにあります。",
  },
  TagSpecifications: {
    en: "Image and snapshot are two resources; each bears the stack's tags, so that destroy finds both.",
    ja: "イメージとスナップショットは別のリソースです。destroy が両方を見つけられるよう、どちらにもスタックのタグを付けます。",
  },
};

const ruleWhys: Readonly<Record<string, Why>> = {
  "Rules.ID": {
    en: "A name for the rule, so that one knows in the console which of them deleted something.",
    ja: "ルールの名前です。どのルールで削除されたのかをコンソールで見分けられます。",
  },
  "Rules.Status": {
    en: "A rule that is not enabled does nothing.",
    ja: "有効にしないとルールは動きません。",
  },
  "Rules.Filter.Prefix": {
    en: "Each kind of file by the start of its key; the copies of the pictures are in no rule of their own, because a picture that is still there is in every backup.",
    ja: "ファイルの種類ごとに、キーの先頭で指定します。今も使われている画像はどのバックアップにも含まれるため、画像のコピー自体に期限はありません。",
  },
  "Rules.Expiration.Days": {
    lesson: true,
    en: "S3 itself deletes what is older: no program has to run, and no host needs the right to delete. The manifest goes a day before what it names, so that no backup is shown that is no longer whole.",
    ja: "期限を過ぎたものは S3 が自動で削除します。削除用のプログラムも、ホストの削除権限も要りません。マニフェストは中身より 1 日早く消えるので、不完全なバックアップが一覧に出ることはありません。",
  },
  "Rules.Expiration.ExpiredObjectDeleteMarker": {
    en: "A marker with no version left behind it is swept away as well.",
    ja: "バージョンがなくなった削除マーカーも片付けます。",
  },
  "Rules.NoncurrentVersionExpiration.NoncurrentDays": {
    lesson: true,
    en: "A picture that was deleted in the application is only marked as deleted here; its version stays until the last backup that names it is gone.",
    ja: "アプリケーションで削除された画像も、ここでは削除マーカーが付くだけです。その画像を含む最後のバックアップが消えるまで、バージョンは残ります。",
  },
  "Rules.AbortIncompleteMultipartUpload.DaysAfterInitiation": {
    en: "Pieces of an upload that never came to its end cost money and are seen nowhere.",
    ja: "完了しなかったアップロードの断片は、一覧に出ないまま料金がかかるため削除します。",
  },
};

const labelled: Why = {
  en: "A name for the statement, so that one knows which of them allowed something.",
  ja: "ステートメントの名前です。どのルールで許可されたのかを見分けられます。",
};
const policyWhys: Readonly<Record<string, Why>> = {
  Version: {
    en: "The version of the policy language, not a date to change.",
    ja: "ポリシー言語のバージョンです。日付のように見えますが、変更するものではありません。",
  },
  "Statement.Sid": labelled,
  "Statement.Effect": {
    en: "Everything that is not allowed is denied.",
    ja: "許可していないことはすべて拒否されます。",
  },
  "Statement.Action": {
    lesson: true,
    en: "Write, list, and mark as deleted. Whoever takes a host over cannot read earlier backups, and cannot remove a version of one: that is another right (s3:DeleteObjectVersion), which no host has.",
    ja: "書き込み、一覧、削除マーカーの追加だけです。ホストが乗っ取られても、過去のバックアップを読むことも、バージョンを消すこともできません (バージョンの削除には別の権限 s3:DeleteObjectVersion が必要です)。",
  },
  "Statement.Resource": {
    en: "This one bucket, and in it only the keys that a backup consists of.",
    ja: "このバケットの、バックアップに使うキーだけです。",
  },
};

const timerWhys: Readonly<Record<string, Why>> = {
  Description: {
    en: "What `systemctl list-timers` calls it.",
    ja: "systemctl list-timers に表示される名前です。",
  },
  OnCalendar: {
    lesson: true,
    en: "Looks every hour whether the last backup is older than a day. One that failed is so tried again an hour later, and a host that was away at a fixed time misses nothing.",
    ja: "最新のバックアップが 1 日以上前のものかどうかを 1 時間ごとに確認します。失敗しても 1 時間後に再試行され、決まった時刻に停止していたホストがあっても抜けません。",
  },
  RandomizedDelaySec: {
    lesson: true,
    en: "With several hosts the first to look takes the backup, and a lease in the bucket keeps the others out: S3 writes that object only for whoever knows its present state (If-Match).",
    ja: "ホストが複数ある場合、最初に確認した 1 台が作成します。バケット内のリース (条件付き書き込み If-Match) により、2 台が同時に作成することはありません。",
  },
  WantedBy: {
    en: "Starts at boot with the other timers.",
    ja: "ほかのタイマーと同じく、起動時に有効になります。",
  },
};

const { SupplementaryGroups: _none, ...common } = shipLogsWhys;
const serviceWhys: Readonly<Record<string, Why>> = {
  ...common,
  EnvironmentFile: {
    en: "The same settings as Puma's, among them the database's address; beside them the name of the backups' bucket. The last file is there only while somebody wants a backup at once.",
    ja: "Puma と同じ設定 (データベースの接続先など) に、バックアップ用バケットの名前を加えます。最後のファイルは、今すぐ作成するときだけ存在します。",
  },
  Environment: {
    en: "A home for Bundler, and where the manifest of the last backup is noted on the host.",
    ja: "Bundler が使うホームディレクトリと、最後のマニフェストをホストに記録する場所です。",
  },
  ExecStart: {
    en: "Looks with S3's client alone whether a backup is due, and starts Rails only then.",
    ja: "作成が必要かどうかを S3 クライアントだけで確認し、必要なときだけ Rails を起動します。",
  },
  TimeoutStartSec: {
    en: "As long as its lease: then another host may try.",
    ja: "リースの期限と同じです。過ぎると別のホストが作成できます。",
  },
  Nice: {
    en: "Visitors come first.",
    ja: "閲覧者へのレスポンスを優先します。",
  },
  ReadWritePaths: {
    en: "SQLite writes beside its file also for those who only read.",
    ja: "SQLite は、読み取るだけでもデータベースと同じ場所に書き込みます。",
  },
};
