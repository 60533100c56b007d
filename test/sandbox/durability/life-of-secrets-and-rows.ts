import * as ACM from "@aws-sdk/client-acm";
import * as RDS from "@aws-sdk/client-rds";
import * as SSM from "@aws-sdk/client-ssm";
import { ownCertificate } from "../../support/own-certificate.ts";
import type { Change, Clients } from "./clients.ts";
import type { Network } from "./life-of-instances.ts";

export async function keepParameters({ ssm }: Clients, change: Change): Promise<void> {
  const [Name, ResourceType] = ["/app/secret", "Parameter"] as const;
  const Tags = [{ Key: "a", Value: "b" }];
  await change(() => ssm.send(new SSM.PutParameterCommand({ Name, Value: "secret", Type: "SecureString", Tags })));
  await change(() => ssm.send(new SSM.AddTagsToResourceCommand({ ResourceType, ResourceId: Name, Tags })));
  await change(() =>
    ssm.send(new SSM.RemoveTagsFromResourceCommand({ ResourceType, ResourceId: Name, TagKeys: ["a"] })),
  );
  await change(() => ssm.send(new SSM.DeleteParametersCommand({ Names: [Name] })));
}

export async function keepCertificates({ acm }: Clients, change: Change): Promise<void> {
  const { CertificateArn } = await change(() =>
    acm.send(new ACM.RequestCertificateCommand({ DomainName: "www.example.test", KeyAlgorithm: "EC_prime256v1" })),
  );
  const tags = { CertificateArn, Tags: [{ Key: "a", Value: "b" }] };
  await change(() => acm.send(new ACM.AddTagsToCertificateCommand(tags)));
  await change(() => acm.send(new ACM.RemoveTagsFromCertificateCommand(tags)));
  await change(() => acm.send(new ACM.DeleteCertificateCommand({ CertificateArn })));
  const { certificate, privateKey } = ownCertificate(["own.example.test"]);
  const imported = { Certificate: Buffer.from(certificate), PrivateKey: Buffer.from(privateKey) };
  await change(() => acm.send(new ACM.ImportCertificateCommand(imported)));
}

/** `change` waits until nothing goes on in the background, so each call meets a database that is at rest. */
export async function keepDatabase({ rds }: Clients, change: Change, { subnets, GroupId }: Network): Promise<void> {
  const DBSubnetGroupName = "private";
  const group = { DBSubnetGroupName, DBSubnetGroupDescription: "two zones", SubnetIds: subnets.slice(0, 2) };
  await change(() => rds.send(new RDS.CreateDBSubnetGroupCommand(group)));
  const it = { DBInstanceIdentifier: "orders" };
  const made = await change(() =>
    rds.send(
      new RDS.CreateDBInstanceCommand({
        ...it,
        Engine: "mysql",
        DBInstanceClass: "db.t4g.micro",
        AllocatedStorage: 20,
        MasterUsername: "admin",
        MasterUserPassword: "correct.horse-battery",
        DBSubnetGroupName,
        VpcSecurityGroupIds: [GroupId],
        MultiAZ: true,
      }),
    ),
  );
  const ResourceName = made.DBInstance?.DBInstanceArn ?? "";
  const Tags = [{ Key: "a", Value: "b" }];
  await change(() => rds.send(new RDS.AddTagsToResourceCommand({ ResourceName, Tags })));
  await change(() => rds.send(new RDS.RemoveTagsFromResourceCommand({ ResourceName, TagKeys: ["a"] })));
  await change(() => rds.send(new RDS.ModifyDBInstanceCommand({ ...it, BackupRetentionPeriod: 3 })));
  await change(() => rds.send(new RDS.RebootDBInstanceCommand({ ...it, ForceFailover: true })));
  const snapshot = { DBSnapshotIdentifier: "before" };
  await change(() => rds.send(new RDS.CreateDBSnapshotCommand({ ...it, ...snapshot })));
  await change(() => rds.send(new RDS.StopDBInstanceCommand(it)));
  await change(() => rds.send(new RDS.StartDBInstanceCommand(it)));
  await change(() => rds.send(new RDS.DeleteDBInstanceCommand({ ...it, SkipFinalSnapshot: true })));
  const again = { ...snapshot, DBInstanceIdentifier: "again", DBSubnetGroupName };
  await change(() => rds.send(new RDS.RestoreDBInstanceFromDBSnapshotCommand(again)));
  const restored = { DBInstanceIdentifier: "again", FinalDBSnapshotIdentifier: "last" };
  await change(() => rds.send(new RDS.DeleteDBInstanceCommand(restored)));
  await change(() => rds.send(new RDS.DeleteDBSnapshotCommand(snapshot)));
  await change(() => rds.send(new RDS.DeleteDBSnapshotCommand({ DBSnapshotIdentifier: "last" })));
  await change(() => rds.send(new RDS.DeleteDBSubnetGroupCommand({ DBSubnetGroupName })));
}
