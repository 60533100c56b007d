import type { Account } from "./account.ts";
import type { AutoScaling } from "./auto-scaling.ts";
import type { Certificates } from "./certificates.ts";
import type { Compute } from "./compute.ts";
import type { Databases } from "./database.ts";
import type { Expiry } from "./expiry.ts";
import type { Http } from "./http.ts";
import type { Identity } from "./identity.ts";
import type { Images } from "./images.ts";
import type { LoadBalancing } from "./load-balancing.ts";
import type { Network } from "./network.ts";
import type { ObjectStorage } from "./object-storage.ts";
import type { Parameters } from "./parameters.ts";
import type { Shell } from "./shell.ts";
import type { Sweep } from "./sweep.ts";

/** Everything that steps may ask of the world outside. */
export interface Ports {
  readonly account: Account;
  readonly autoScaling: AutoScaling;
  readonly certificates: Certificates;
  readonly compute: Compute;
  readonly databases: Databases;
  readonly expiry: Expiry;
  readonly http: Http;
  readonly identity: Identity;
  readonly images: Images;
  readonly loadBalancing: LoadBalancing;
  readonly network: Network;
  readonly objectStorage: ObjectStorage;
  readonly parameters: Parameters;
  readonly shell: Shell;
  readonly sweep: Sweep;
}
