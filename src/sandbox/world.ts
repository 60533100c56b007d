import type { AcmStore } from "./acm/store.ts";
import type { AutoScalingStore } from "./autoscaling/store.ts";
import type { Ec2Store } from "./ec2/store.ts";
import type { Elbv2Store } from "./elbv2/store.ts";
import type { IamStore } from "./iam/store.ts";
import type { RdsStore } from "./rds/store.ts";
import type { Runtime } from "./runtime.ts";
import type { S3Store } from "./s3/store.ts";
import type { SsmStore } from "./ssm/store.ts";

export const sandboxAccount = "000000000000";

/** All that actions share: the services' stores, the machine behind them, and where things are kept. */
export interface World {
  readonly account: string;
  /** Directory of the daemon's state (0700). Each service keeps its part in a file or folder of its own name. */
  readonly home: string;
  readonly runtime: Runtime;
  readonly now: () => Date;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
  /** Does what AWS itself does only a while after it has answered. Absent: it is done before the answer. */
  readonly later?: (what: "lingering-interfaces", work: () => Promise<void>) => Promise<void>;
  readonly acm: AcmStore;
  readonly autoscaling: AutoScalingStore;
  readonly ec2: Ec2Store;
  readonly elbv2: Elbv2Store;
  readonly iam: IamStore;
  readonly rds: RdsStore;
  readonly s3: S3Store;
  readonly ssm: SsmStore;
}
