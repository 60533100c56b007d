import { CreateSubnetCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import {
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBInstancesCommand,
  RDSClient,
  type CreateDBInstanceCommandInput,
  type DBInstance,
} from "@aws-sdk/client-rds";
import { onTestFinished } from "vitest";
import { ec2Service } from "../../../src/sandbox/ec2/service.ts";
import { createEc2Store } from "../../../src/sandbox/ec2/store.ts";
import { reconcileRds } from "../../../src/sandbox/rds/keep.ts";
import { rdsService } from "../../../src/sandbox/rds/service.ts";
import { createRdsStore } from "../../../src/sandbox/rds/store.ts";
import type { FakeDatabases } from "../../support/fake-databases.ts";
import type { TestSandboxOptions } from "../../support/sandbox.ts";
import { makeGroup, makeNetwork, startEc2Sandbox, type Ec2Sandbox, type Network } from "../ec2/ec2-sandbox.ts";

export const password = "correct.horse-battery";
/** SELECT PASSWORD('correct.horse-battery') */
export const passwordHash = "*DDF94A3C5602F967C1A115E287689B2A81C7648B";

/** EC2 and RDS over the real wire, with a subnet group over two zones. */
export class Rds {
  readonly rds: RDSClient;

  private constructor(
    readonly sandbox: Ec2Sandbox,
    readonly network: Network,
    readonly subnetIds: readonly string[],
    readonly groupId: string,
  ) {
    this.rds = new RDSClient(sandbox.clientConfig());
    onTestFinished(async () => {
      this.rds.destroy();
      await this.quiet();
    });
  }

  static async start(options: Partial<TestSandboxOptions> = {}): Promise<Rds> {
    const sandbox = await startRdsSandbox(options);
    const network = await makeNetwork(sandbox);
    const subnetIds: string[] = [];
    for (const [CidrBlock, zone] of [
      ["10.5.11.0/24", "a"],
      ["10.5.12.0/24", "c"],
    ]) {
      const AvailabilityZone = `ap-northeast-1${zone}`;
      const made = await sandbox.ec2.send(
        new CreateSubnetCommand({ VpcId: network.vpcId, CidrBlock, AvailabilityZone }),
      );
      subnetIds.push(made.Subnet?.SubnetId ?? "");
    }
    const groupId = await makeGroup(sandbox.ec2, network.vpcId, "database");
    return new Rds(sandbox, network, subnetIds, groupId);
  }

  get databases(): FakeDatabases {
    return this.sandbox.runtime.databases;
  }

  async makeSubnetGroup(): Promise<void> {
    await this.rds.send(
      new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: "Private",
        DBSubnetGroupDescription: "the private subnets",
        SubnetIds: [...this.subnetIds],
      }),
    );
  }

  input(more: Partial<CreateDBInstanceCommandInput> = {}): CreateDBInstanceCommandInput {
    return {
      DBInstanceIdentifier: "orders",
      Engine: "mysql",
      DBInstanceClass: "db.t4g.micro",
      AllocatedStorage: 20,
      MasterUsername: "admin",
      MasterUserPassword: password,
      DBName: "orders",
      DBSubnetGroupName: "private",
      VpcSecurityGroupIds: [this.groupId],
      PubliclyAccessible: false,
      ...more,
    };
  }

  /** Makes the subnet group, too. Returns the answer, before anything was done. */
  async create(more: Partial<CreateDBInstanceCommandInput> = {}): Promise<DBInstance> {
    await this.makeSubnetGroup();
    const { DBInstance } = await this.rds.send(new CreateDBInstanceCommand(this.input(more)));
    if (!DBInstance) throw new Error("no database in the answer");
    return DBInstance;
  }

  /** Until nothing goes on in the background any more. */
  async quiet(): Promise<void> {
    const { rds, ec2 } = this.sandbox.world;
    await rds.transitions.idle();
    await ec2.transitions.idle();
  }

  async describe(id = "orders"): Promise<DBInstance> {
    await this.quiet();
    const { DBInstances } = await this.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
    const [found] = DBInstances ?? [];
    if (!found) throw new Error(`no database ${id}`);
    return found;
  }

  /** The server that is behind a database. */
  async server(id = "orders") {
    const { DbiResourceId = "" } = await this.describe(id);
    return this.databases.servers.get(DbiResourceId);
  }

  async otherVpc(): Promise<string | undefined> {
    return (await this.sandbox.ec2.send(new CreateVpcCommand({ CidrBlock: "10.6.0.0/16" }))).Vpc?.VpcId;
  }

  /** What a daemon does that starts on the same home. */
  async restart(): Promise<Rds> {
    await this.quiet();
    const { home, runtime } = this.sandbox;
    const sandbox = await startRdsSandbox({ home, runtime });
    const again = new Rds(sandbox, this.network, this.subnetIds, this.groupId);
    await reconcileRds(sandbox.world);
    return again;
  }
}

function startRdsSandbox(options: Partial<TestSandboxOptions>): Promise<Ec2Sandbox> {
  return startEc2Sandbox({
    services: [ec2Service, rdsService],
    stores: (home) => ({ ec2: createEc2Store(home), rds: createRdsStore(home) }),
    ...options,
  });
}
