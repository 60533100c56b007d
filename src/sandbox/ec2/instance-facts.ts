import type { InstanceFacts } from "../metadata/instance-facts.ts";
import { privateDnsName } from "./ids.ts";
import { publicIpOf } from "./public-address.ts";
import type { Ec2Data, InstanceRecord } from "./records.ts";

/** An instance as its own metadata service describes it. */
export function instanceFacts(data: Ec2Data, instance: InstanceRecord): InstanceFacts {
  const networkInterface = data.networkInterfaces[instance.interfaceId];
  const groupIds = networkInterface?.groupIds ?? [];
  return {
    instanceId: instance.id,
    privateIp: instance.privateIp,
    publicIp: networkInterface && publicIpOf(data, networkInterface),
    hostName: privateDnsName(instance.privateIp, instance.region),
    availabilityZone: instance.availabilityZone,
    region: instance.region,
    instanceType: instance.instanceType,
    imageId: instance.imageId,
    mac: networkInterface?.mac ?? "",
    vpcId: instance.vpcId,
    subnetId: instance.subnetId,
    securityGroupIds: groupIds,
    securityGroupNames: groupIds.map((id) => data.securityGroups[id]?.name ?? id),
    userData: instance.userData === undefined ? undefined : Buffer.from(instance.userData, "base64"),
    launchedAt: new Date(instance.launchedAt),
    httpTokens: instance.metadataOptions.httpTokens,
    httpEndpoint: instance.metadataOptions.httpEndpoint,
    tags: instance.metadataOptions.tags === "enabled" ? (data.tags[instance.id] ?? {}) : undefined,
  };
}
