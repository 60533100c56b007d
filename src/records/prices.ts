/**
 * On-demand list prices in US dollars, Linux, without taxes, discounts and free tiers
 * (https://aws.amazon.com/ec2/pricing/on-demand/, /ebs/pricing/, /elasticloadbalancing/pricing/, /vpc/pricing/,
 * /rds/mysql/pricing/).
 */
export const pricesAsOf = "2025-06-01";

export interface RegionPrices {
  /** Per hour, by instance type. */
  readonly instances: Readonly<Record<string, number>>;
  /** Per hour of an Application Load Balancer, without LCUs. */
  readonly loadBalancer: number;
  /** gp3, per GB and month. */
  readonly volumeGbMonth: number;
  /** RDS for MySQL in one zone; a standby doubles both. Absent where the price is not known here. */
  readonly database?: {
    /** Per hour, by class. */
    readonly classes: Readonly<Record<string, number>>;
    /** gp3, per GB and month. */
    readonly gbMonth: number;
  };
  /** S3 Standard, per GB and month. */
  readonly storageGbMonth: number;
}

/** Per hour of each public IPv4 address, the same everywhere since February 2024. */
export const publicAddressPrice = 0.005;

/** AWS's own month for prices per hour. */
export const hoursPerMonth = 730;

/** A family doubles in price with each size; each is given by its `small`. */
function family(name: string, small: number): Record<string, number> {
  const sizes = { nano: 0.25, micro: 0.5, small: 1, medium: 2, large: 4, xlarge: 8, "2xlarge": 16 };
  return Object.fromEntries(
    Object.entries(sizes).map(([size, factor]) => [`${name}.${size}`, Math.round(small * factor * 10_000) / 10_000]),
  );
}

function region(
  smalls: Readonly<Record<string, number>>,
  [loadBalancer, volumeGbMonth, storageGbMonth]: readonly [number, number, number],
): RegionPrices {
  const instances = Object.entries(smalls).map(([name, small]) => family(name, small));
  return {
    instances: Object.assign({}, ...instances) as Record<string, number>,
    loadBalancer,
    volumeGbMonth,
    storageGbMonth,
  };
}

const virginia: RegionPrices = {
  ...region({ t3: 0.0208, t4g: 0.0168, t3a: 0.0188 }, [0.0225, 0.08, 0.023]),
  database: { classes: { ...family("db.t4g", 0.032), ...family("db.t3", 0.034) }, gbMonth: 0.115 },
};

/** What is not here has no estimate, and is said to have none. */
export const prices: Readonly<Record<string, RegionPrices>> = {
  "ap-northeast-1": {
    ...region({ t3: 0.0272, t4g: 0.0216, t3a: 0.0245 }, [0.0243, 0.096, 0.025]),
    database: { classes: { ...family("db.t4g", 0.05), ...family("db.t3", 0.052) }, gbMonth: 0.138 },
  },
  "ap-northeast-2": region({ t3: 0.026, t4g: 0.0208 }, [0.0225, 0.0912, 0.025]),
  "ap-northeast-3": region({ t3: 0.0272, t4g: 0.0216 }, [0.0243, 0.096, 0.025]),
  "ap-southeast-1": region({ t3: 0.0264, t4g: 0.0212 }, [0.0252, 0.096, 0.025]),
  "ap-southeast-2": region({ t3: 0.0264, t4g: 0.0212 }, [0.0252, 0.096, 0.025]),
  "eu-central-1": region({ t3: 0.024, t4g: 0.0192 }, [0.027, 0.0952, 0.0245]),
  "eu-west-1": region({ t3: 0.0228, t4g: 0.0184 }, [0.0252, 0.088, 0.023]),
  "us-east-1": virginia,
  "us-east-2": virginia,
  "us-west-2": virginia,
};
