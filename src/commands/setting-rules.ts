import { otherKind } from "../load-balancer-kinds.ts";
import { behaviourNames } from "../sandbox/realism/names.ts";
import { shown, type LocalizedText } from "../text.ts";

/**
 * Every setting that flags, LECTURE05_* variables and lecture05.config.json have in common. A rule returns what is
 * wrong with a value, or undefined.
 */
export interface SettingRule {
  readonly flag: string;
  readonly variable: string;
  readonly kind: "text" | "switch" | "list";
  check?(value: string): LocalizedText | undefined;
  /** Of several spellings that mean the same, the one that AWS answers with. */
  normalize?(value: string): string;
}

const matches =
  (pattern: RegExp, wrong: LocalizedText) =>
  (value: string): LocalizedText | undefined =>
    pattern.test(value) ? undefined : { en: `"${shown(value)}" ${wrong.en}`, ja: `"${shown(value)}": ${wrong.ja}` };

/** A path; only the configuration file can hold a NUL at all, and no file system takes one. */
const path = matches(/^[^\0]*$/, { en: "is no path", ja: "パスではありません" });

export const settingRules = {
  dir: { flag: "--dir", variable: "LECTURE05_DIR", kind: "text", check: path },
  stack: {
    flag: "--stack",
    variable: "LECTURE05_STACK",
    kind: "text",
    // Load balancers' names have at most 32 characters and a suffix of ours; IAM allows more, tags anything.
    check: matches(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$|^[a-z]$/, {
      en: "is no stack name: use a-z, 0-9 and -, starting with a letter, not ending with -, at most 20 characters",
      ja: "スタック名には英小文字・数字・ハイフンが使えます (英小文字で始め、ハイフンで終わらない、20 文字以内)",
    }),
  },
  target: {
    flag: "--target",
    variable: "LECTURE05_TARGET",
    kind: "text",
    check: matches(/^(sandbox|aws)$/, { en: "is no target: sandbox or aws", ja: "target は sandbox か aws です" }),
  },
  region: {
    flag: "--region",
    variable: "LECTURE05_REGION",
    kind: "text",
    check: matches(/^[a-z]{2,4}(-[a-z]{2,12}){1,2}-\d$/, {
      en: "is no region: for example ap-northeast-1",
      ja: "リージョン名ではありません (例: ap-northeast-1)",
    }),
  },
  profile: {
    flag: "--profile",
    variable: "LECTURE05_PROFILE",
    kind: "text",
    // A line of ~/.aws/config holds its name.
    check: matches(/^\P{Cc}*$/u, { en: "is no profile's name", ja: "プロファイル名ではありません" }),
  },
  lang: {
    flag: "--lang",
    variable: "LECTURE05_LANG",
    kind: "text",
    check: matches(/^(ja|en)$/, { en: "is no language: ja or en", ja: "lang は ja か en です" }),
  },
  allow: {
    flag: "--allow",
    variable: "LECTURE05_ALLOW",
    kind: "list",
    check: (value) =>
      parseRange(value)
        ? undefined
        : {
            en: `"${shown(value)}" is no IPv4 range: for example 203.0.113.5/32`,
            ja: `"${shown(value)}": IPv4 の範囲ではありません (例: 203.0.113.5/32)`,
          },
    normalize: (value) => networkOf(parseRange(value)) ?? value,
  },
  instanceType: {
    flag: "--instance-type",
    variable: "LECTURE05_INSTANCE_TYPE",
    kind: "text",
    check: matches(/^[a-z][a-z0-9-]{0,31}\.[a-z0-9-]{1,31}$/, {
      en: "is no instance type: for example t3.small",
      ja: "インスタンスタイプではありません (例: t3.small)",
    }),
  },
  hosts: {
    flag: "--hosts",
    variable: "LECTURE05_HOSTS",
    kind: "text",
    check: matches(/^([1-9]|[1-4][0-9]|50)$/, {
      en: "is no number of hosts: 1 to 50",
      ja: "ホストの台数は 1〜50 で指定してください",
    }),
  },
  vpc: {
    flag: "--vpc",
    variable: "LECTURE05_VPC",
    kind: "text",
    check: matches(/^vpc-[0-9a-f]{8,32}$/, {
      en: "is no VPC id (vpc-…)",
      ja: "VPC ID (vpc-…) ではありません",
    }),
  },
  subnets: {
    flag: "--subnets",
    variable: "LECTURE05_SUBNETS",
    kind: "list",
    check: matches(/^subnet-[0-9a-f]{8,32}$/, {
      en: "is no subnet id (subnet-…)",
      ja: "サブネット ID (subnet-…) ではありません",
    }),
  },
  ttl: {
    flag: "--ttl",
    variable: "LECTURE05_TTL",
    kind: "text",
    check: (value) =>
      ttlMinutes(value) === undefined
        ? {
            en: `"${shown(value)}" is no time to live: for example 90m, 4h or 2d (at least 5m, at most 365d), or none`,
            ja: `"${shown(value)}": 有効期間ではありません (例: 90m、4h、2d。5m 以上 365d 以下)。無期限にするには none`,
          }
        : undefined,
  },
  instanceProfile: {
    flag: "--instance-profile",
    variable: "LECTURE05_INSTANCE_PROFILE",
    kind: "text",
    check: matches(/^[\w+=,.@-]{1,128}$/, {
      en: "is no instance profile's name (an ARN is none)",
      ja: "インスタンスプロファイル名ではありません (ARN も不可)",
    }),
  },
  databaseClass: {
    flag: "--database-class",
    variable: "LECTURE05_DATABASE_CLASS",
    kind: "text",
    check: matches(/^db\.[a-z][a-z0-9-]{0,31}\.[a-z0-9-]{1,31}$/, {
      en: "is no class of RDS: for example db.t4g.micro",
      ja: "RDS のインスタンスクラスではありません (例: db.t4g.micro)",
    }),
  },
  multiAz: { flag: "--multi-az", variable: "LECTURE05_MULTI_AZ", kind: "switch" },
  accessLogs: { flag: "--access-logs", variable: "LECTURE05_ACCESS_LOGS", kind: "switch" },
  loadBalancer: {
    flag: "--load-balancer",
    variable: "LECTURE05_LOAD_BALANCER",
    kind: "text",
    check: (value) =>
      value === "alb" || value === "nlb"
        ? undefined
        : (otherKind(value) ?? {
            en: `"${shown(value)}" is no kind of load balancer: alb or nlb`,
            ja: `"${shown(value)}": ロードバランサーの種類は alb か nlb です`,
          }),
  },
  certificate: {
    flag: "--certificate",
    variable: "LECTURE05_CERTIFICATE",
    kind: "text",
    check: matches(/^(none|arn:aws(-cn|-us-gov)?:acm:[a-z0-9-]{5,32}:\d{12}:certificate\/[\w-]{1,64})$/, {
      en: "is no ARN of an ACM certificate (arn:aws:acm:REGION:ACCOUNT:certificate/ID), nor none",
      ja: "ACM 証明書の ARN (arn:aws:acm:REGION:ACCOUNT:certificate/ID) ではありません。HTTPS をやめるには none",
    }),
  },
  app: { flag: "--app", variable: "LECTURE05_APP", kind: "text", check: path },
  realism: {
    flag: "--realism",
    variable: "LECTURE05_REALISM",
    kind: "text",
    check: matches(/^(aws|none)$/, { en: "is no realism: aws or none", ja: "realism は aws か none です" }),
  },
  seed: {
    flag: "--seed",
    variable: "LECTURE05_SEED",
    kind: "text",
    check: matches(/^\d{1,9}$/, {
      en: "is no seed: a whole number of at most 9 digits",
      ja: "seed は 9 桁以内の整数です",
    }),
  },
  timeScale: {
    flag: "--time-scale",
    variable: "LECTURE05_TIME_SCALE",
    kind: "text",
    check: matches(/^(?=.*[1-9])(?:0?\.\d{1,6}|1(?:\.0{1,6})?)$/, {
      en: "is no time scale: above 0, at most 1, for example 0.1",
      ja: "time-scale は 0 より大きく 1 以下の数です (例: 0.1)",
    }),
  },
  without: {
    flag: "--without",
    variable: "LECTURE05_WITHOUT",
    kind: "list",
    check: (value) =>
      (behaviourNames as readonly string[]).includes(value)
        ? undefined
        : {
            en: `"${shown(value)}" is no behaviour: ${behaviourNames.join(", ")}`,
            ja: `"${shown(value)}" という動作はありません。使える名前: ${behaviourNames.join(", ")}`,
          },
  },
  yes: { flag: "--yes", variable: "LECTURE05_YES", kind: "switch" },
  debug: { flag: "--debug", variable: "LECTURE05_DEBUG", kind: "switch" },
  color: { flag: "--no-color", variable: "LECTURE05_COLOR", kind: "switch" },
} as const satisfies Record<string, SettingRule>;

export type SettingName = keyof typeof settingRules;
export const settingNames = Object.keys(settingRules) as SettingName[];

/** Minutes; infinite for "none"; undefined for what is no time to live. */
export function ttlMinutes(value: string): number | undefined {
  if (value === "none") return Number.POSITIVE_INFINITY;
  const [, count = "", unit = ""] = /^([1-9]\d{0,5})([mhd])$/.exec(value) ?? [];
  const minutes = Number(count) * ({ m: 1, h: 60, d: 1440 }[unit] ?? Number.NaN);
  return minutes >= 5 && minutes <= 365 * 1440 ? minutes : undefined;
}

interface Range {
  readonly bytes: readonly number[];
  readonly length: number;
}

/** Without leading zeros: whether 010 is eight or ten depends on who reads it. */
function parseRange(value: string): Range | undefined {
  const number = "(0|[1-9]\\d{0,2})";
  const [, ...numbers] = new RegExp(`^${number}\\.${number}\\.${number}\\.${number}/(0|[1-9]\\d?)$`).exec(value) ?? [];
  const bytes = numbers.slice(0, 4).map(Number);
  const length = Number(numbers[4]);
  return numbers.length === 5 && bytes.every((byte) => byte <= 255) && length <= 32 ? { bytes, length } : undefined;
}

/** 10.1.2.3/8 as 10.0.0.0/8, which is what AWS makes of it. */
function networkOf(range: Range | undefined): string | undefined {
  if (!range) return undefined;
  const bytes = range.bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, range.length - 8 * index));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return `${bytes.join(".")}/${range.length}`;
}
