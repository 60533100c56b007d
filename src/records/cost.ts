import type { State } from "../state/schema.ts";
import { defaultDatabaseClass } from "../steps/database/names.ts";
import { isOnTheWay, type StepName } from "../steps/names.ts";
import { untranslated, type LocalizedText } from "../text.ts";
import { hoursPerMonth, prices, pricesAsOf, publicAddressPrice } from "./prices.ts";

const volumeSizeGib = 20;
const databaseSizeGib = 20;

export interface CostItem {
  readonly name: LocalizedText;
  /** The step that makes what costs this. */
  readonly step: StepName;
  /** The resource in the state with which it comes and goes. */
  readonly resourceType: string;
  /** US dollars per hour; undefined when the price is not known here. */
  readonly dollars: number | undefined;
}

export interface Cost {
  readonly items: readonly CostItem[];
  /** Of what is known. */
  readonly perHourDollars: number;
  readonly perMonthDollars: number;
  /** False when an item has no price: then the totals are a lower bound. */
  readonly isComplete: boolean;
}

export interface Priced {
  readonly instanceType: string;
  readonly region: string;
  /** Absent: the class that the database has by itself. */
  readonly databaseClass?: string | undefined;
  /** The database has a standby. */
  readonly multiAz?: boolean | undefined;
  /** Absent: an ALB. */
  readonly loadBalancer?: "alb" | "nlb" | undefined;
  /** How many hosts step redundancy makes; absent: one, or what the state says. */
  readonly hosts?: number | undefined;
}

/** What the stack costs while it stands, up to and including a step. An order of magnitude, not an invoice. */
export function costOf(priced: Priced, last: StepName): Cost {
  return sum(itemsOf(priced).filter(({ step }) => isOnTheWay(last, step)));
}

/** What one step adds. */
export function costOfStep(priced: Priced, step: StepName): Cost {
  return sum(itemsOf(priced).filter((item) => item.step === step));
}

function sum(items: readonly CostItem[]): Cost {
  const perHourDollars = items.reduce((total, { dollars }) => total + (dollars ?? 0), 0);
  return {
    items,
    perHourDollars,
    perMonthDollars: perHourDollars * hoursPerMonth,
    isComplete: items.every(({ dollars }) => dollars !== undefined),
  };
}

/** Beyond the first, hosts come with step redundancy. In the state each is an instance of its own, and counts as one. */
function moreHosts(items: readonly CostItem[], hosts: number): CostItem[] {
  return items.map(({ name, dollars }) => ({
    name: { en: `${name.en}, ${hosts} more`, ja: `${name.ja} × 追加 ${hosts} 台` },
    step: "redundancy",
    resourceType: "autoscaling:group",
    dollars: dollars === undefined ? undefined : hosts * dollars,
  }));
}

function itemsOf(priced: Priced): CostItem[] {
  const { hosts = 1 } = priced;
  const items = itemsOfOne(priced);
  if (hosts === 1) return items;
  return [
    ...items,
    ...moreHosts(
      items.filter(({ resourceType }) => resourceType === "ec2:instance"),
      hosts - 1,
    ),
  ];
}

function itemsOfOne({
  instanceType,
  region,
  databaseClass = defaultDatabaseClass,
  multiAz = false,
  loadBalancer = "alb",
}: Priced): CostItem[] {
  const known = prices[region];
  const instance = { step: "ec2", resourceType: "ec2:instance" } as const;
  const database = { step: "database", resourceType: "rds:db-instance" } as const;
  const copies = multiAz ? 2 : 1;
  const classPrice = known?.database?.classes[databaseClass];
  const balancer = { step: "alb", resourceType: "elbv2:load-balancer" } as const;
  return [
    { ...instance, name: untranslated(`EC2 ${instanceType}`), dollars: known?.instances[instanceType] },
    {
      ...instance,
      name: { en: `EBS volume, gp3, ${volumeSizeGib} GiB`, ja: `EBS ボリューム (gp3、${volumeSizeGib} GiB)` },
      dollars: known && (known.volumeGbMonth * volumeSizeGib) / hoursPerMonth,
    },
    {
      ...instance,
      name: { en: "public IPv4 address (EC2)", ja: "パブリック IPv4 アドレス (EC2)" },
      dollars: publicAddressPrice,
    },
    // Both kinds cost the same by the hour.
    { ...balancer, name: untranslated(loadBalancer.toUpperCase()), dollars: known?.loadBalancer },
    loadBalancer === "alb"
      ? {
          ...balancer,
          name: { en: "public IPv4 addresses (ALB, 2 AZs)", ja: "パブリック IPv4 アドレス (ALB、2 つの AZ)" },
          dollars: 2 * publicAddressPrice,
        }
      : {
          ...balancer,
          name: { en: "Elastic IPs (NLB, 2 AZs)", ja: "Elastic IP (NLB、2 つの AZ)" },
          dollars: 2 * publicAddressPrice,
        },
    {
      ...database,
      name: untranslated(`RDS ${databaseClass}${multiAz ? " (Multi-AZ)" : ""}`),
      dollars: classPrice === undefined ? undefined : classPrice * copies,
    },
    {
      ...database,
      name: { en: `RDS storage, gp3, ${databaseSizeGib} GiB`, ja: `RDS ストレージ (gp3、${databaseSizeGib} GiB)` },
      dollars: known?.database && (known.database.gbMonth * databaseSizeGib * copies) / hoursPerMonth,
    },
  ];
}

/** What stands costs now, and what it has cost since it was made; both from the state alone. */
export interface RunningCost extends Omit<Cost, "items"> {
  readonly soFarDollars: number;
}

export function runningCost(
  {
    resources,
    region,
    expiresAt,
    steps = [],
    loadBalancer,
  }: Pick<State, "resources" | "region" | "expiresAt" | "loadBalancer"> & Partial<Pick<State, "steps">>,
  instanceType: string,
  now: Date,
): RunningCost {
  const items = itemsOf({ instanceType, region, loadBalancer, ...databaseIn(steps) });
  const expiry = expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
  const standing: CostItem[] = [];
  let soFarDollars = 0;
  for (const { type, id, createdAt } of resources) {
    if (id === undefined) continue;
    // Instances end themselves at the expiry; what else there is goes on to cost.
    const end = type === "ec2:instance" ? Math.min(now.getTime(), expiry) : now.getTime();
    const hours = Math.max(0, end - Date.parse(createdAt)) / 3_600_000;
    for (const item of items.filter(({ resourceType }) => resourceType === type)) {
      soFarDollars += (item.dollars ?? 0) * hours;
      if (end === now.getTime()) standing.push(item);
    }
  }
  const { items: _, ...rates } = sum(standing);
  return { ...rates, soFarDollars };
}

/** As step database noted it. */
export function databaseIn(steps: State["steps"]): Pick<Priced, "databaseClass" | "multiAz"> {
  const { instanceClass, multiAz } = (steps.find(({ name }) => name === "database")?.output ?? {}) as {
    readonly instanceClass?: string;
    readonly multiAz?: boolean;
  };
  return { databaseClass: instanceClass, multiAz };
}

/** Said wherever a price is shown once the table is older than a year. */
export function oldPricesNote(now: Date): LocalizedText | undefined {
  const ageDays = (now.getTime() - Date.parse(pricesAsOf)) / 86_400_000;
  if (ageDays <= 365) return undefined;
  return {
    en: `The prices are of ${pricesAsOf}, more than a year ago: look at https://aws.amazon.com/pricing/ before you rely on them`,
    ja: `料金表は 1 年以上前 (${pricesAsOf}) のものです。正確な料金は https://aws.amazon.com/pricing/ で確認してください`,
  };
}

/** "$0.072/h, $52.51 a month"; "at least" when a price is not known. */
export function costText({ perHourDollars, perMonthDollars, isComplete }: Omit<Cost, "items">): LocalizedText {
  const hour = `$${perHourDollars.toFixed(4)}`;
  const month = `$${perMonthDollars.toFixed(2)}`;
  return {
    en: `${isComplete ? "about" : "at least"} ${hour}/h, ${month} a month`,
    ja: `${isComplete ? "約" : "少なくとも"} ${hour}/時、${month}/月`,
  };
}
