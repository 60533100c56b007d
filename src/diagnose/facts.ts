import type { Certificate } from "../ports/certificates.ts";
import type { Instance } from "../ports/compute.ts";
import type { Database } from "../ports/database.ts";
import type { HttpOutcome } from "../ports/http.ts";
import type { PolicyDocument } from "../ports/identity.ts";
import type { Listener, LoadBalancer, TargetGroup, TargetHealth } from "../ports/load-balancing.ts";
import type { BucketSettings } from "../ports/object-storage.ts";
import type { Observed } from "../steps/ec2/observe.ts";
import { httpsPort, port } from "../steps/alb/settings.ts";
import type { StepName } from "../steps/names.ts";
import type { HostFacts } from "./host-facts.ts";
import type { Occasion } from "./occasion.ts";

/** One host from both sides: what AWS says about it and what it says itself. */
export interface Host {
  readonly instance: Instance;
  /** SSM reaches it. */
  readonly online: boolean;
  /** Undefined when nothing could be run there. */
  readonly facts: HostFacts | undefined;
}

/** What HTTPS is to be, and what ACM says about it. */
export interface HttpsFacts {
  readonly certificateArn: string;
  /** The certificate's names when step alb took it. */
  readonly recordedNames: readonly string[];
  /** Null when there is none of this ARN any more. */
  readonly certificate: Certificate | null | undefined;
  readonly now: Date;
}

/** What AWS says about the backups. */
export interface BackupFacts {
  readonly bucketName: string;
  /** When the last whole one was taken, in milliseconds since 1970. */
  readonly newestAt: number | "no backup" | "no bucket" | undefined;
  /** The policy of the hosts' role; right also where the role is somebody else's, whom the bucket lets in. */
  readonly rolePolicy: "right" | "another policy" | "no policy" | undefined;
  readonly now: number;
}

/**
 * Everything that the diagnosis looks at, gathered before anything is judged. What could not be asked is undefined, and
 * no diagnosis may conclude anything from it.
 */
export interface Facts {
  readonly stack: string;
  readonly region: string;
  /** The steps that were done or tried so far: what a later one brings is not missed. */
  readonly reached: readonly StepName[];
  /** The address that the state shows to people. */
  readonly url: string | undefined;
  /** The visitor's address as AWS sees it, and the ranges that the user allowed instead, if any. */
  readonly callerAddress: string | undefined;
  readonly allowed: readonly string[] | undefined;
  readonly ec2: Observed | undefined;
  readonly loadBalancer: LoadBalancer | undefined;
  readonly listeners: readonly Listener[] | undefined;
  /** Absent where plain HTTP is wanted. */
  readonly https?: HttpsFacts | undefined;
  readonly targetGroup: TargetGroup | undefined;
  readonly targets: readonly TargetHealth[] | undefined;
  /** "/" and "/up" as a visitor gets them through the load balancer's name. */
  readonly page: HttpOutcome | undefined;
  readonly hosts: readonly Host[];
  readonly bucketName: string;
  /** Null when there is no such bucket. */
  readonly bucket: BucketSettings | null | undefined;
  /** Null when the role has no such policy. */
  readonly rolePolicy: PolicyDocument | null | undefined;
  /** Null when there is no such database; absent where step database was not tried. */
  readonly database?: Database | null | undefined;
  /** Absent where step backup was not tried. */
  readonly backup?: BackupFacts | undefined;
  /** What could not be asked, and why. */
  readonly unseen: readonly string[];
  readonly occasion: Occasion;
}

/** What the table's diagnoses look at: the facts, from the point of view of one host. */
export interface View extends Facts {
  readonly host: Host | undefined;
}

/** The address at which a visitor is served, by the load balancer's own name. */
export const siteOf = ({ https, loadBalancer }: Facts): string =>
  `${https ? "https" : "http"}://${loadBalancer?.dnsName ?? ""}`;

/** The listener's port that serves visitors. */
export const servingPort = ({ https }: Facts): number => (https ? httpsPort : port);

export const hasReached = ({ reached }: Facts, step: StepName): boolean => reached.includes(step);
