import {
  DescribeDBEngineVersions$,
  type DescribeDBEngineVersionsCommandInput,
  type DescribeDBEngineVersionsCommandOutput,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import { engineName, engineTitle, engineVersions, releaseOf } from "../catalogue.ts";
import { page } from "../page.ts";

export const describeEngineVersions = action(
  DescribeDBEngineVersions$,
  (input: DescribeDBEngineVersionsCommandInput): ActionOutput<DescribeDBEngineVersionsCommandOutput> => {
    const { Engine, EngineVersion, DBParameterGroupFamily, DefaultOnly } = input;
    const found = engineVersions.filter(
      ({ version, family, isDefault }) =>
        (Engine === undefined || Engine === engineName) &&
        (EngineVersion === undefined || version === EngineVersion || releaseOf(version) === EngineVersion) &&
        (DBParameterGroupFamily === undefined || family === DBParameterGroupFamily) &&
        (DefaultOnly !== true || isDefault),
    );
    const { items, Marker } = page(found, ({ version }) => version, input);
    return {
      DBEngineVersions: items.map(({ version, family }) => ({
        Engine: engineName,
        EngineVersion: version,
        MajorEngineVersion: releaseOf(version),
        DBParameterGroupFamily: family,
        DBEngineDescription: engineTitle,
        DBEngineVersionDescription: `MySQL ${version}`,
        ValidUpgradeTarget: [],
        SupportsLogExportsToCloudwatchLogs: false,
        SupportsReadReplica: false,
        SupportedFeatureNames: [],
        Status: "available",
        SupportsParallelQuery: false,
        SupportsGlobalDatabases: false,
        SupportsBabelfish: false,
      })),
      Marker,
    };
  },
);
