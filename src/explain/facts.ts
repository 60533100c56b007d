import type { Releases } from "../state/releases.ts";
import type { ScriptContext } from "../steps/step.ts";

/** What of the explanations depends on the stack: real values where it stands already, else what they would be. */
export interface Facts extends ScriptContext {
  /** Range of the VPC. */
  readonly vpcCidr: string;
  readonly zones: readonly string[];
  readonly allow: readonly string[];
  /** Ids by logical name, e.g. "ec2:security-group host". Those that do not exist yet are named by their logical name. */
  readonly idOf: (type: string, name: string) => string;
  /** The client token of a creating call. */
  readonly tokenOf: (type: string, name: string) => string;
  /** The application's release. */
  readonly release: string;
  /** When the stack ends itself; undefined: never. */
  readonly expiresAt: string | undefined;
  /** Which release is live, and which before; undefined before there is an application. */
  readonly releases: Releases | undefined;
  readonly loadBalancerName: string;
  /** Names of the certificate, where the stack has one. */
  readonly certificateNames: readonly string[] | undefined;
  /** Private addresses from which Nginx was asked. */
  readonly loadBalancerAddresses: string;
  readonly bucket: string;
  /** A file of the application, or undefined when it has none by this name. */
  readonly appFile: (path: string) => string | undefined;
}
