import { alb } from "./alb.ts";
import { backup } from "./backup.ts";
import { database } from "./database.ts";
import { ec2 } from "./ec2.ts";
import { nginxPuma } from "./nginx-puma.ts";
import { nginx } from "./nginx.ts";
import { pumaSocket } from "./puma-socket.ts";
import { puma } from "./puma.ts";
import { redundancy } from "./redundancy.ts";
import { s3 } from "./s3.ts";
import { staticSite } from "./static-site.ts";
import type { Step } from "./step.ts";

/** The lecture, in its order, and what comes on top. */
export const steps: readonly Step[] = [
  erase(ec2),
  erase(puma),
  erase(pumaSocket),
  erase(nginx),
  erase(nginxPuma),
  erase(alb),
  erase(s3),
  erase(staticSite),
  erase(database),
  erase(backup),
  erase(redundancy),
];

/** The engine hands every step only what that step's own schema parsed, so the type of the output may be forgotten here. */
function erase<Out extends object>(step: Step<Out>): Step {
  return step;
}

export { backupOperations } from "./backup/operations.ts";
