import { isOnTheWay, stepNames, type StepName } from "../steps/names.ts";
import type { Language, LocalizedText } from "../text.ts";
import { findContradictions, targetGroupSubject, type Contradiction } from "./contradictions.ts";
import { databaseBoxes } from "./database-box.ts";
import { hostBox } from "./host-box.ts";
import { pathOf } from "./paths.ts";
import { allBoxes, type Box, type BoxKind, type Scene } from "./scene.ts";
import type { Topology, TopologySubnet } from "./topology.ts";

export interface SceneOptions {
  readonly language: Language;
  /** The picture as far as this step; without it, as far as was proved. */
  readonly stage?: StepName;
  /** Takes account ids, addresses and the like out of a text that will be published. */
  readonly redact: (text: string) => string;
}

/** Puts what was observed into frames and draws the path that the stage's step proved. Pure. */
export function buildScene(topology: Topology, options: SceneOptions): Scene {
  const { language, redact } = options;
  const say = (words: LocalizedText): string => words[language];
  const stage = options.stage ?? lastProved(topology);
  const contradictions = findContradictions(topology);
  const make = boxMaker(contradictions, redact);
  const reaches = (step: StepName): boolean => isOnTheWay(stage, step);

  const outside: Box[] = reaches("alb")
    ? [
        make("user", "user", say({ en: "User", ja: "ユーザー" }), [say({ en: "browser", ja: "ブラウザ" })]),
        make("internet", "internet", say({ en: "Internet", ja: "インターネット" }), []),
      ]
    : [make("operator", "user", say({ en: "You", ja: "操作する人" }), ["lecture05"])];
  const managed = reaches("alb")
    ? []
    : [make("ssm", "systems-manager", "Systems Manager", [say({ en: "no SSH", ja: "SSH は使わない" })])];
  const region = withUnplaced(
    make(
      "region",
      "region",
      say({ en: "Region", ja: "リージョン" }) + ` ${topology.region}`,
      [],
      [...managed, ...vpcBox(topology, stage, make, say), ...(reaches("s3") ? storageBoxes(topology, make, say) : [])],
    ),
    contradictions.length,
  );
  const account = make(
    "account",
    "account",
    topology.target === "sandbox"
      ? say({ en: "Sandbox (an AWS on one's own machine)", ja: "サンドボックス (自分のマシン上の AWS)" })
      : "AWS",
    [say({ en: `account ${topology.account}`, ja: `アカウント ${topology.account}` })],
    [region],
  );
  const boxes = [...outside, account];
  const ids = new Set(allBoxes(boxes).map(({ id }) => id));
  const arrows = pathOf(stage, topology).filter(({ from, to }) => ids.has(from) && ids.has(to));
  return {
    title: say({ en: `Architecture of ${topology.stack}`, ja: `構成図: ${topology.stack}` }),
    subtitle: subtitleOf(topology, stage, language),
    language,
    boxes,
    arrows,
    contradictions: contradictions.map((found) => ({
      ...found,
      text: { en: redact(found.text.en), ja: redact(found.text.ja) },
      subject: redact(found.subject),
    })),
  };
}

export type MakeBox = (
  id: string,
  kind: BoxKind,
  title: string,
  lines: readonly string[],
  children?: readonly Box[],
  /** AWS id or name that contradictions speak of. */
  subject?: string,
) => Box;

function boxMaker(contradictions: readonly Contradiction[], redact: (text: string) => string): MakeBox {
  return (id, kind, title, lines, children = [], subject) => ({
    id,
    kind,
    title: redact(title),
    lines: lines.map(redact),
    children,
    marks: contradictions.flatMap((found, index) => (subject && found.subject === subject ? [index + 1] : [])),
  });
}

/** What is about nothing on the picture (it is gone, or a later stage's) is marked on the region. */
function withUnplaced(region: Box, contradictions: number): Box {
  const placed = new Set(allBoxes([region]).flatMap(({ marks }) => marks));
  const numbers = Array.from({ length: contradictions }, (_, index) => index + 1);
  return { ...region, marks: numbers.filter((number) => !placed.has(number)) };
}

/** The paths of site and backups are beside that of the application, which is the one to show. */
function lastProved({ proved }: Topology): StepName {
  return stepNames.findLast((name) => name !== "static-site" && name !== "backup" && proved.has(name)) ?? "ec2";
}

function subtitleOf({ observedAt, proved }: Topology, stage: StepName, language: Language): string {
  const when = observedAt.toISOString().slice(0, 16).replace("T", " ");
  const provedAt = proved.get(stage)?.toISOString().slice(0, 16).replace("T", " ");
  const text: LocalizedText = {
    en: `As it really was at ${when} UTC. Path: ${stage} (${provedAt ? `proved at ${provedAt} UTC` : "not proved"})`,
    ja: `${when} UTC 時点の実際の状態。経路: ${stage} (${provedAt ? `${provedAt} UTC に動作確認済み` : "未確認"})`,
  };
  return text[language];
}

function vpcBox(topology: Topology, stage: StepName, make: MakeBox, say: (words: LocalizedText) => string): Box[] {
  const { vpc, gateway, subnets } = topology;
  if (!vpc) return [];
  const withLoadBalancer = stepNames.indexOf(stage) >= stepNames.indexOf("alb");
  const zones = [...new Set(subnets.map(({ availabilityZone }) => availabilityZone))].toSorted();
  return [
    make(
      "vpc",
      "vpc",
      `VPC ${vpc.cidr}`,
      [vpc.id],
      [
        ...(gateway
          ? [make("gateway", "internet-gateway", say({ en: "Internet gateway", ja: "インターネットゲートウェイ" }), [])]
          : []),
        ...(withLoadBalancer ? loadBalancerBoxes(topology, make, say) : []),
        ...zones.map((zone) =>
          make(
            `zone-${zone}`,
            "zone",
            say({ en: `Availability Zone ${zone}`, ja: `アベイラビリティゾーン ${zone}` }),
            [],
            subnets.filter(({ availabilityZone }) => availabilityZone === zone).map((subnet) => subnetBox(subnet)),
          ),
        ),
      ],
      vpc.id,
    ),
  ];

  function subnetBox(subnet: TopologySubnet): Box {
    const hosts = topology.instances.filter(({ subnetId }) => subnetId === subnet.id);
    // Drawn where the whole picture is, from its own step on.
    const own =
      topology.database?.subnetIds.includes(subnet.id) && stage === "database" ? topology.database : undefined;
    const databases = databaseBoxes(own, subnet.availabilityZone, make, say);
    const isEmpty = hosts.length + databases.length === 0;
    const title = subnet.isPublic
      ? say({ en: "Public subnet", ja: "パブリックサブネット" })
      : say({ en: "Private subnet", ja: "プライベートサブネット" });
    return make(
      subnet.id,
      subnet.isPublic ? "public-subnet" : "private-subnet",
      title,
      isEmpty ? [subnet.cidr, say({ en: "(empty)", ja: "(空)" })] : [subnet.cidr],
      [
        ...hosts.map((host) =>
          groupFrame(topology, host.groupIds, `group-${host.id}`, [hostBox(host, make, say)], make, say),
        ),
        ...databases.map((box) => groupFrame(topology, own?.groupIds ?? [], `group-${box.id}`, [box], make, say)),
      ],
      subnet.id,
    );
  }
}

/** "HTTPS 443", "HTTP 80 → 443", "TCP 80". */
function listenersOf({ listenerPorts, securePorts = [], elasticIps }: NonNullable<Topology["loadBalancer"]>): string[] {
  if (elasticIps) return listenerPorts.map((port) => `TCP ${port}`);
  const [secure] = securePorts;
  return listenerPorts
    .toSorted((one, other) => other - one)
    .map((port) =>
      securePorts.includes(port) ? `HTTPS ${port}` : `HTTP ${port}${secure === undefined ? "" : ` → ${secure}`}`,
    );
}

function loadBalancerBoxes(topology: Topology, make: MakeBox, say: (words: LocalizedText) => string): Box[] {
  const { loadBalancer, targetGroup } = topology;
  const boxes: Box[] = [];
  if (loadBalancer) {
    const zones = topology.subnets
      .filter(({ id }) => loadBalancer.subnetIds.includes(id))
      .map(({ availabilityZone }) => availabilityZone.slice(-1));
    const box = make(
      "load-balancer",
      "load-balancer",
      loadBalancer.elasticIps ? "Network Load Balancer" : "Application Load Balancer",
      [
        loadBalancer.dnsName,
        ...(loadBalancer.elasticIps ? [`Elastic IP: ${loadBalancer.elasticIps.join(", ")}`] : []),
        say({
          en: `listener: ${listenersOf(loadBalancer).join(", ") || "none"}`,
          ja: `リスナー: ${listenersOf(loadBalancer).join(", ") || "なし"}`,
        }),
        say({ en: `zones: ${zones.join(", ")}`, ja: `AZ: ${zones.join(", ")}` }),
      ],
      [],
      loadBalancer.name,
    );
    boxes.push(groupFrame(topology, loadBalancer.groupIds, "group-load-balancer", [box], make, say));
  }
  if (targetGroup) {
    const healthy = targetGroup.targets.filter(({ state }) => state === "healthy").length;
    boxes.push(
      make(
        "target-group",
        "target-group",
        say({ en: "Target group", ja: "ターゲットグループ" }),
        [
          say({
            en: `healthy: ${healthy} of ${targetGroup.targets.length}`,
            ja: `正常: ${healthy} / ${targetGroup.targets.length}`,
          }),
          say({
            en: `health check: GET ${targetGroup.healthCheckPath}`,
            ja: `ヘルスチェック: GET ${targetGroup.healthCheckPath}`,
          }),
        ],
        [],
        targetGroupSubject(targetGroup.name),
      ),
    );
  }
  return boxes;
}

/** The frame of a security group with its inbound rules, around what it protects. */
function groupFrame(
  { groups }: Topology,
  groupIds: readonly string[],
  id: string,
  children: readonly Box[],
  make: MakeBox,
  say: (words: LocalizedText) => string,
): Box {
  const own = groups.filter((group) => groupIds.includes(group.id));
  const rules = own.flatMap((group) => group.rules.map(({ ports, source }) => `${ports} ← ${source}`));
  return make(
    id,
    "security-group",
    say({ en: "Security group", ja: "セキュリティグループ" }) + ` ${own.map(({ name }) => name).join(", ")}`,
    rules.length > 0 ? rules : [say({ en: "no inbound rule", ja: "インバウンドルールなし" })],
    children,
    own[0]?.id,
  );
}

function storageBoxes(
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
