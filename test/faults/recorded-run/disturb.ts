import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { DeleteRouteCommand, EC2Client, StopInstancesCommand } from "@aws-sdk/client-ec2";
import {
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient, StopDBInstanceCommand } from "@aws-sdk/client-rds";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeletePublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { createAccount } from "../../../src/aws/account.ts";
import { createAutoScaling } from "../../../src/aws/auto-scaling.ts";
import { createCertificates } from "../../../src/aws/certificates.ts";
import { createClients, type Clients } from "../../../src/aws/clients.ts";
import { createCompute } from "../../../src/aws/compute.ts";
import { createDatabases } from "../../../src/aws/databases.ts";
import { createLoadBalancing } from "../../../src/aws/load-balancing.ts";
import { createNetwork } from "../../../src/aws/network.ts";
import { createObjectStorage } from "../../../src/aws/object-storage.ts";
import type { AdapterOptions } from "../../../src/aws/wait.ts";
import type { Ports } from "../../../src/ports/index.ts";
import type { LoadBalancing } from "../../../src/ports/load-balancing.ts";
import type { Network } from "../../../src/ports/network.ts";
import { preflight } from "../../../src/preflight/preflight.ts";
import { wantedListeners } from "../../../src/steps/alb/listeners.ts";
import { healthCheck } from "../../../src/steps/alb/settings.ts";
import { sandboxAccount } from "../../../src/sandbox/world.ts";
import { region, somebody, stack, type DoubleCloud } from "../support/double-cloud.ts";

/** A volume of the stack that outlived its instance, and is gone when the tool wants to delete it. */
export const leftVolume = "vol-0123456789abcdef0";

/** Changes things by hand, so that `up` has something of each kind to set right. */
export async function disturb(cloud: DoubleCloud): Promise<void> {
  const { ec2, elbv2, rds, s3, destroy } = clientsOfSomebody(cloud);
  const [DBInstanceIdentifier = ""] = Object.keys(cloud.world.rds.data.databases);
  const { instances, routeTables } = cloud.world.ec2.data;
  const Id = Object.keys(instances)[0]!;
  const table = Object.values(routeTables).find(({ routes }) => routes.length > 0)!;
  const TargetGroupArn = Object.keys(cloud.world.elbv2.data.targetGroups)[0]!;
  const Bucket = cloud.bucket;
  try {
    await elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: "/elsewhere" }));
    await ec2.send(new DeleteRouteCommand({ RouteTableId: table.id, DestinationCidrBlock: "0.0.0.0/0" }));
    await ec2.send(new StopInstancesCommand({ InstanceIds: [Id] }));
    await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier }));
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "logs/unfinished" }));
  } finally {
    destroy();
  }
}

/** What the tool asks only when another process was faster, or one was killed at the worst moment: asked of its ports. */
export async function meetTrouble(cloud: DoubleCloud): Promise<void> {
  const theirs = clientsOfSomebody(cloud);
  const clients = createClients(cloud.clientConfig);
  const clock = { now: () => new Date(), sleep: async () => {} };
  const options = { clock, pollMs: 1, callerAddressUrl: "" };
  const { ec2, elbv2 } = cloud.world;
  try {
    await lookAhead(clients, options);
    const table = Object.values(ec2.data.routeTables).find(({ routes }) => routes.length > 0)!;
    const [{ destination, gatewayId } = { destination: "", gatewayId: "" }] = table.routes;
    await createNetwork(clients, options).createRoute(table.id, destination, gatewayId);

    await createCompute(clients, options).deleteVolume(leftVolume);
    // A drill does it where there is no standby.
    await createDatabases(clients, options).stop(Object.keys(cloud.world.rds.data.databases)[0]!);
    await createAutoScaling(clients).lastFailure(Object.keys(cloud.world.autoscaling.data.groups)[0]!);

    const loadBalancing = createLoadBalancing(clients, options);
    const targetGroupArn = Object.keys(elbv2.data.targetGroups)[0]!;
    const instanceId = Object.values(ec2.data.instances).find(({ state }) => state === "running")!.id;
    await loadBalancing.registerTarget(targetGroupArn, instanceId, 81);
    await loadBalancing.deregisterTarget(targetGroupArn, instanceId, 81);
    const [ListenerArn] = Object.keys(elbv2.data.listeners);
    const FixedResponseConfig = { StatusCode: "503" };
    const DefaultActions = [{ Type: "fixed-response" as const, FixedResponseConfig }];
    await theirs.elbv2.send(new ModifyListenerCommand({ ListenerArn, DefaultActions }));
    const [loadBalancerArn = ""] = Object.keys(elbv2.data.loadBalancers);
    const listener = { port: 80, protocol: "HTTP", targetGroupArn } as const;
    await loadBalancing.createListener({ stack, step: "alb", name: "http" }, loadBalancerArn, listener);

    await useCertificate(theirs.acm, clients, { loadBalancerArn, targetGroupArn });
    await useNetworkBalancer(cloud, createNetwork(clients, options), loadBalancing);

    const storage = createObjectStorage(clients, { clock, region, account: sandboxAccount });
    const Bucket = `${stack}-${region}-0123456789ab`;
    const CreateBucketConfiguration = { LocationConstraint: region } as const;
    await theirs.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await storage.createBucket({ stack, step: "s3", name: "bucket" }, Bucket);
    await storage.deleteBucket(Bucket);
    // Only a bucket from before 2023 can be without it.
    await storage.enableEncryption(cloud.bucket);
  } finally {
    theirs.destroy();
    clients.destroy();
  }
}

/** What a stack with a certificate asks beside the others: there is no TLS in this run that it could prove. */
async function useCertificate(
  acm: ACMClient,
  clients: Clients,
  { loadBalancerArn, targetGroupArn }: { readonly loadBalancerArn: string; readonly targetGroupArn: string },
): Promise<void> {
  const loadBalancing = createLoadBalancing(clients, {
    clock: { now: () => new Date(), sleep: async () => {} },
    pollMs: 1,
    callerAddressUrl: "",
  });
  const arns: string[] = [];
  for (const DomainName of ["www.example.test", "new.example.test"]) {
    const { CertificateArn = "" } = await acm.send(
      new RequestCertificateCommand({ DomainName, ValidationMethod: "DNS" }),
    );
    arns.push(CertificateArn);
    await createCertificates(clients).find(CertificateArn);
  }
  const [first, second] = arns.map((arn) => wantedListeners(targetGroupArn, arn));
  const listeners = await loadBalancing.findListeners(loadBalancerArn);
  for (const { name, settings } of first ?? []) {
    const present = listeners.find(({ port }) => port === settings.port);
    if (present) await loadBalancing.updateListener(present.arn, settings);
    else await loadBalancing.createListener({ stack, step: "alb", name }, loadBalancerArn, settings);
  }
  for (const { settings } of second ?? []) {
    const present = (await loadBalancing.findListeners(loadBalancerArn)).find(({ port }) => port === settings.port);
    await loadBalancing.updateListener(present?.arn ?? "", settings);
  }
}

/** What a stack with a network load balancer asks beside the others. Left for `destroy`, which goes by tags. */
async function useNetworkBalancer({ world }: DoubleCloud, network: Network, loadBalancing: LoadBalancing) {
  const identity = (name: string) => ({ stack, step: "alb", name }) as const;
  const { subnets, securityGroups, vpcs } = world.ec2.data;
  const [vpcId = ""] = Object.keys(vpcs);
  const named = (wanted: string) => (id: string) => world.ec2.data.tags[id]?.["lecture05:name"] === wanted;
  const subnetId = Object.keys(subnets).find(named("public-a")) ?? "";
  const address = await network.allocateElasticIp(identity("address-1"));
  const name = `${stack}-net`;
  const made = await loadBalancing.createLoadBalancer(identity("net"), {
    name,
    kind: "nlb",
    subnetIds: [subnetId],
    groupIds: Object.keys(securityGroups).filter(named("load-balancer")),
    allocationIds: [address.id],
  });
  await loadBalancing.balanceAcrossZones(made.arn);
  const group = { name, vpcId, port: 80, protocol: "TCP", healthCheck } as const;
  const { arn: targetGroupArn } = await loadBalancing.createTargetGroup(identity("net"), group);
  await loadBalancing.keepClientAddress(targetGroupArn, true);
  const [listener] = wantedListeners(targetGroupArn, undefined, "nlb");
  if (listener) await loadBalancing.createListener(identity(listener.name), made.arn, listener.settings);
}

/** Only on a real account comes a preflight; here a role of the account asks for one. */
async function lookAhead(clients: Clients, options: AdapterOptions): Promise<void> {
  const ports: Partial<Ports> = {
    account: createAccount(clients, { profile: undefined, region, env: {} }),
    compute: createCompute(clients, options),
    databases: createDatabases(clients, options),
    loadBalancing: createLoadBalancing(clients, options),
    network: createNetwork(clients, options),
  };
  const arn = `arn:aws:sts::${sandboxAccount}:assumed-role/${stack}-host/me`;
  await preflight({
    ports: ports as Ports,
    stack,
    region,
    caller: { account: sandboxAccount, arn },
    recorded: undefined,
    instanceType: "t3.small",
    givenNetwork: false,
    accessLogs: true,
    givenProfile: false,
    databaseClass: "db.t4g.micro",
    last: "database",
    now: new Date(),
  });
  // Not asked for what stands already.
  for (const name of [
    "vpcs",
    "internet-gateways",
    "vcpus",
    "load-balancers",
    "network-load-balancers",
    "elastic-ips",
  ] as const) {
    await ports.account?.findQuota(name);
  }
}

function clientsOfSomebody(cloud: DoubleCloud) {
  const config = { ...cloud.clientConfig, customUserAgent: somebody };
  const ec2 = new EC2Client(config);
  const elbv2 = new ElasticLoadBalancingV2Client(config);
  const rds = new RDSClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const acm = new ACMClient(config);
  const all = [acm, ec2, elbv2, rds, s3];
  return { acm, ec2, elbv2, rds, s3, destroy: () => all.forEach((client) => client.destroy()) };
}
