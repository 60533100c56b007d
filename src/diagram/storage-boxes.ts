import type { LocalizedText } from "../text.ts";
import type { MakeBox } from "./make-box.ts";
import type { Box } from "./scene.ts";
import type { Topology } from "./topology.ts";

/** What stands beside the VPC: the buckets, and the role by which hosts may use them. */
export function storageBoxes(
  { bucket, role, accessLogsBucket, site, backupBucket }: Topology,
  make: MakeBox,
  say: (words: LocalizedText) => string,
): Box[] {
  const boxes: Box[] = [];
  if (bucket) {
    const prefixes = bucket.prefixes.map(({ prefix, objects }) => {
      const name = prefix || say({ en: "(pictures)", ja: "(画像)" });
      return say({ en: `${name} ${objects} objects`, ja: `${name} ${objects} オブジェクト` });
    });
    const settings = [
      [bucket.isPrivate, say({ en: "private", ja: "非公開" })],
      [bucket.encrypted, say({ en: "encrypted", ja: "暗号化" })],
      [bucket.versioned, say({ en: "versioned", ja: "バージョニング" })],
    ] as const;
    const accessLogs =
      accessLogsBucket === undefined
        ? []
        : [say({ en: "access logs (ALB, S3) in", ja: "アクセスログ (ALB、S3) の保存先" }), accessLogsBucket];
    const on = settings.filter(([set]) => set).map(([, name]) => name);
    boxes.push(
      make(
        "bucket",
        "bucket",
        say({ en: "S3 bucket", ja: "S3 バケット" }),
        [bucket.name, on.join(", "), ...prefixes, ...accessLogs],
        [],
        bucket.name,
      ),
    );
  }
  if (site) {
    boxes.push(
      make(
        "site",
        "bucket",
        say({ en: "S3 static site", ja: "S3 静的サイト" }),
        [
          site.bucket,
          say({ en: "public: everybody may read", ja: "公開 (読み取りのみ)" }),
          ...(site.isShown
            ? [say({ en: "maintenance: visitors are sent here", ja: "メンテナンス中: ここへ転送" })]
            : []),
        ],
        [],
        site.bucket,
      ),
    );
  }
  if (backupBucket !== undefined) {
    const lines = [backupBucket, say({ en: "rows and pictures, once a day", ja: "レコードと画像を毎日保存" })];
    boxes.push(make("backups", "bucket", say({ en: "S3 backups", ja: "S3 バックアップ" }), lines, [], backupBucket));
  }
  if (role) {
    boxes.push(
      make("role", "role", say({ en: "IAM role", ja: "IAM ロール" }), [
        role.name,
        ...role.policies.map((policy) => policy.slice(policy.lastIndexOf("/") + 1)),
      ]),
    );
  }
  return boxes;
}
