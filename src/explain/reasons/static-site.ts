import { detourRequest } from "../../aws/load-balancing/requests.ts";
import { publicByPolicyBlock, websiteConfiguration } from "../../aws/object-storage/settings.ts";
import { publicPagesPolicy } from "../../steps/s3/policies.ts";
import { website } from "../../steps/static-site/pages.ts";
import type { Facts } from "../facts.ts";
import { reasonsFor, type Reason, type Why } from "../reason.ts";
import { requestSource } from "../sources.ts";

/** The bucket that shows pages to everybody, and the rule that sends visitors there. */
export function staticSiteReasons({ stack, bucket, region, idOf }: Facts): Reason[] {
  const site = `${bucket}-site`;
  const rule = detourRequest(
    { stack, step: "static-site", name: "maintenance" },
    idOf("elbv2:listener", "http"),
    `http://${site}.s3-website-${region}.amazonaws.com/`,
  );
  return [
    ...reasonsFor(requestSource("s3 PutPublicAccessBlock", publicByPolicyBlock), {
      BlockPublicAcls: lists,
      IgnorePublicAcls: lists,
      BlockPublicPolicy: open,
      RestrictPublicBuckets: open,
    }),
    ...reasonsFor(requestSource("s3 PutBucketPolicy", publicPagesPolicy(site, region)), policyWhys),
    ...reasonsFor(requestSource("s3 PutBucketWebsite", websiteConfiguration(website)), {
      "IndexDocument.Suffix": {
        lesson: true,
        en: "A website's endpoint shows a page for a folder; the API of S3 would answer with XML. It speaks plain HTTP only: for https one puts CloudFront in front.",
        ja: "静的ウェブサイトのエンドポイントは、フォルダーに対してこのページを返します (S3 の API は XML を返します)。対応するのは http だけなので、https が必要なら CloudFront を前に置きます。",
      },
      "ErrorDocument.Key": {
        en: "Comes, with status 404, for addresses that the site does not have, instead of S3's own page.",
        ja: "存在しないアドレスに対して、S3 標準のページの代わりに表示します (ステータスは 404)。",
      },
    }),
    ...reasonsFor(requestSource("elbv2 CreateRule", rule), ruleWhys),
  ];
}

const lists: Why = {
  en: "Access lists (ACLs) stay closed here too: what everybody may do stands in one place, the policy.",
  ja: "ACL はここでも無効のままです。公開の設定はポリシー 1 か所だけに書きます。",
};
const open: Why = {
  lesson: true,
  en: "The only bucket whose policy may open it, which is why the pages have one of their own: the pictures' bucket stays closed whatever happens here.",
  ja: "公開を許可するのはこのバケットだけです。画像のバケットは何があっても非公開のままにできるよう、ページ専用のバケットに分けています。",
};
const read: Why = {
  lesson: true,
  en: "Everybody may read an object, and nothing else: not list the bucket, not write.",
  ja: "誰にでも許可するのはオブジェクトの読み取りだけです。一覧の取得や書き込みはできません。",
};
const policyWhys: Readonly<Record<string, Why>> = {
  Version: {
    en: "The version of the policy language, not a date to change.",
    ja: "ポリシー言語のバージョンです。日付のように見えますが、変更するものではありません。",
  },
  "Statement.Sid": {
    en: "A name for the statement, so that one knows which of them allowed something.",
    ja: "ステートメントの名前です。どのルールで許可されたのかを見分けられます。",
  },
  "Statement.Effect": read,
  "Statement.Principal": read,
  "Statement.Action": read,
  "Statement.Resource": {
    en: "All objects of this one bucket. The bucket itself, whose list it would be, is not named.",
    ja: "このバケットのオブジェクトすべてです。バケット自体 (一覧の取得) は含みません。",
  },
};

const elsewhere: Why = {
  en: "The site's first page, whatever page was asked for.",
  ja: "どのページへのアクセスでも、サイトのトップページへ転送します。",
};
const ruleWhys: Readonly<Record<string, Why>> = {
  ListenerArn: {
    en: "The listener that hands requests on to the hosts; its own action stays as it is, so taking the rule away is enough to be back.",
    ja: "ホストへ転送しているリスナーに追加します。リスナー本来のアクションは変えないので、ルールを消すだけで元に戻ります。",
  },
  Priority: {
    en: "Before every other rule.",
    ja: "ほかのどのルールよりも先に評価します。",
  },
  "Conditions.Field": elsewhere,
  "Conditions.PathPatternConfig.Values": elsewhere,
  "Actions.Type": {
    lesson: true,
    en: "A load balancer cannot fetch a page from S3, it can only send visitors there. Its other way, a fixed response, holds 1,024 characters and no pictures.",
    ja: "ロードバランサーは S3 のページを取得できないため、訪問者をリダイレクトします。もう 1 つの方法である固定レスポンスは 1,024 文字までで、画像も使えません。",
  },
  "Actions.RedirectConfig.Protocol": {
    en: "S3's websites speak plain HTTP only.",
    ja: "S3 の静的ウェブサイトは http にしか対応していません。",
  },
  "Actions.RedirectConfig.Host": elsewhere,
  "Actions.RedirectConfig.Port": elsewhere,
  "Actions.RedirectConfig.Path": elsewhere,
  "Actions.RedirectConfig.Query": elsewhere,
  "Actions.RedirectConfig.StatusCode": {
    lesson: true,
    en: "302 (found) and not 301 (moved permanently): browsers keep a 301, and would go on to the maintenance page when it is over.",
    ja: "301 (恒久的な移動) ではなく 302 を使います。301 はブラウザに記憶され、メンテナンスが終わったあとも転送され続けてしまいます。",
  },
  Tags: {
    en: "By its tags it is found again and, in the end, deleted.",
    ja: "タグから探し出し、最後に削除できるようにします。",
  },
};
