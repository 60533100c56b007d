/** What the metadata service tells an instance about itself. */
export interface InstanceFacts {
  readonly instanceId: string;
  readonly privateIp: string;
  readonly publicIp?: string | undefined;
  readonly hostName: string;
  readonly availabilityZone: string;
  readonly region: string;
  readonly instanceType: string;
  readonly imageId: string;
  readonly mac: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly securityGroupNames: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Decoded. */
  readonly userData?: Uint8Array | undefined;
  readonly launchedAt: Date;
  readonly httpTokens: "optional" | "required";
  readonly httpEndpoint: "enabled" | "disabled";
  /** Undefined when the instance's metadata options do not show its tags. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}
