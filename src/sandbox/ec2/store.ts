import { join } from "node:path";
import { JsonStore, type Persistence } from "../json-store.ts";
import type { InstanceFacts } from "../metadata/instance-facts.ts";
import { instanceFacts } from "./instance-facts.ts";
import type { Ec2Data, InstanceRecord } from "./records.ts";
import { Transitions } from "./transitions.ts";

/** EC2's state. What other services need to know of instances is offered as methods; the rest is `data`. */
export interface Ec2Store extends Persistence {
  readonly data: Ec2Data;
  /** Also for some time after its termination. */
  instance(instanceId: string): InstanceRecord | undefined;
  /** The name of the instance profile, for the metadata service's credentials. */
  instanceProfileName(instanceId: string): string | undefined;
  /** The living instance behind an address of a VPC, with everything that the metadata service shows. */
  instanceByPrivateIp(vpcId: string, privateIp: string): InstanceFacts | undefined;
  /** Changes of hosts that are under way; not kept over a restart. */
  readonly transitions: Transitions;
}

export function createEc2Store(home: string): Ec2Store {
  const store = new JsonStore<Ec2Data>(join(home, "ec2.json"), {
    vpcs: {},
    subnets: {},
    internetGateways: {},
    routeTables: {},
    networkAcls: {},
    securityGroups: {},
    elasticIps: {},
    networkInterfaces: {},
    volumes: {},
    instances: {},
    images: {},
    snapshots: {},
    launchTemplates: {},
    tags: {},
    clientTokens: {},
  });
  const { data } = store;
  const instance = (id: string): InstanceRecord | undefined =>
    Object.hasOwn(data.instances, id) ? data.instances[id] : undefined;
  return {
    data,
    ...store.persistence,
    instance,
    instanceProfileName: (id) => instance(id)?.profile?.name,
    instanceByPrivateIp(vpcId, privateIp) {
      const found = Object.values(data.instances).find(
        (it) => it.vpcId === vpcId && it.privateIp === privateIp && it.state !== "terminated",
      );
      return found && instanceFacts(data, found);
    },
    transitions: new Transitions(),
  };
}
