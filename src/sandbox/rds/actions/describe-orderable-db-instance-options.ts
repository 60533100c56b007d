import {
  DescribeOrderableDBInstanceOptions$,
  type DescribeOrderableDBInstanceOptionsCommandInput,
  type DescribeOrderableDBInstanceOptionsCommandOutput,
  type OrderableDBInstanceOption,
} from "@aws-sdk/client-rds";
import { zonesOf } from "../../ec2/zones.ts";
import { action, type ActionOutput } from "../../wire/action.ts";
import { engineName, engineVersions, instanceClasses, storageTypes } from "../catalogue.ts";
import { page } from "../page.ts";

export const describeOrderableOptions = action(
  DescribeOrderableDBInstanceOptions$,
  (
    input: DescribeOrderableDBInstanceOptionsCommandInput,
    { region },
  ): ActionOutput<DescribeOrderableDBInstanceOptionsCommandOutput> => {
    const { Engine, EngineVersion, DBInstanceClass, Vpc } = input;
    const found = engineVersions
      .filter(({ version }) => Engine === engineName && (EngineVersion ?? version) === version)
      .flatMap(({ version }) =>
        Object.keys(instanceClasses)
          .filter((name) => Vpc !== false && (DBInstanceClass ?? name) === name)
          .flatMap((name) =>
            Object.entries(storageTypes).map(([type, sizes]) => option(region, version, name, type, sizes)),
          ),
      );
    const { items, Marker } = page(found, (it) => `${it.EngineVersion} ${it.DBInstanceClass} ${it.StorageType}`, input);
    return { OrderableDBInstanceOptions: items, Marker };
  },
);

function option(
  region: string,
  version: string,
  instanceClass: string,
  storageType: string,
  [least, most]: readonly [number, number],
): OrderableDBInstanceOption {
  return {
    Engine: engineName,
    EngineVersion: version,
    DBInstanceClass: instanceClass,
    LicenseModel: "general-public-license",
    AvailabilityZones: zonesOf(region).map(({ name }) => ({ Name: name })),
    MultiAZCapable: true,
    ReadReplicaCapable: false,
    Vpc: true,
    SupportsStorageEncryption: true,
    StorageType: storageType,
    SupportsIops: false,
    SupportsEnhancedMonitoring: false,
    SupportsIAMDatabaseAuthentication: false,
    SupportsPerformanceInsights: false,
    MinStorageSize: least,
    MaxStorageSize: most,
    AvailableProcessorFeatures: [],
    SupportedEngineModes: ["provisioned"],
    SupportsStorageAutoscaling: false,
    SupportsKerberosAuthentication: false,
    OutpostCapable: false,
    SupportedNetworkTypes: ["IPV4"],
    SupportsGlobalDatabases: false,
    SupportsClusters: false,
  };
}
