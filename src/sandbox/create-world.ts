import { acmService } from "./acm/service.ts";
import { createAcmStore } from "./acm/store.ts";
import { autoScalingService } from "./autoscaling/service.ts";
import { createAutoScalingStore } from "./autoscaling/store.ts";
import { createEc2Store } from "./ec2/store.ts";
import { ec2Service } from "./ec2/service.ts";
import { createElbv2Store } from "./elbv2/store.ts";
import { elbv2Service } from "./elbv2/service.ts";
import { iamService } from "./iam/service.ts";
import { createIamStore } from "./iam/store.ts";
import { rdsService } from "./rds/service.ts";
import { createRdsStore } from "./rds/store.ts";
import { serviceQuotasService } from "./servicequotas/service.ts";
import type { Runtime } from "./runtime.ts";
import { createS3Store } from "./s3/store.ts";
import { s3Service } from "./s3/service.ts";
import { createSsmStore } from "./ssm/store.ts";
import { ssmService } from "./ssm/service.ts";
import { stsService } from "./sts/service.ts";
import type { ServiceDefinition } from "./wire/action.ts";
import { sandboxAccount, type World } from "./world.ts";

/** Every service that the sandbox answers. */
export const sandboxServices: readonly ServiceDefinition[] = [
  acmService,
  autoScalingService,
  ec2Service,
  elbv2Service,
  iamService,
  rdsService,
  s3Service,
  serviceQuotasService,
  ssmService,
  stsService,
];

export interface WorldOptions {
  readonly home: string;
  readonly runtime: Runtime;
  readonly log: World["log"];
  readonly now?: () => Date;
  readonly later?: World["later"] | undefined;
}

/** The services' stores as they stand on disk, on top of a runtime. */
export function createWorld({ home, runtime, log, now = () => new Date(), later }: WorldOptions): World {
  return {
    account: sandboxAccount,
    home,
    runtime,
    now,
    log,
    ...(later ? { later } : {}),
    acm: createAcmStore(home),
    autoscaling: createAutoScalingStore(home),
    ec2: createEc2Store(home),
    elbv2: createElbv2Store(home),
    iam: createIamStore(home),
    rds: createRdsStore(home),
    s3: createS3Store(home),
    ssm: createSsmStore(home),
  };
}
