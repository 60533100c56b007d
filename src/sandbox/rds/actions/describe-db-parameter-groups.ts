import {
  DescribeDBParameterGroups$,
  type DescribeDBParameterGroupsCommandInput,
  type DescribeDBParameterGroupsCommandOutput,
} from "@aws-sdk/client-rds";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { engineVersions } from "../catalogue.ts";
import { page } from "../page.ts";

/** The default ones: there are no others. */
export const describeParameterGroups = action(
  DescribeDBParameterGroups$,
  (
    input: DescribeDBParameterGroupsCommandInput,
    { world, region },
  ): ActionOutput<DescribeDBParameterGroupsCommandOutput> => {
    const wanted = input.DBParameterGroupName?.toLowerCase();
    const families = [...new Set(engineVersions.map(({ family }) => family))];
    const found = families.filter((family) => wanted === undefined || wanted === `default.${family}`);
    if (wanted !== undefined && found.length === 0) {
      throw new AwsError("DBParameterGroupNotFound", `DBParameterGroup not found: ${wanted}`, 404);
    }
    const { items, Marker } = page(found, (family) => family, input);
    return {
      DBParameterGroups: items.map((family) => ({
        DBParameterGroupName: `default.${family}`,
        DBParameterGroupFamily: family,
        Description: `Default parameter group for ${family}`,
        DBParameterGroupArn: `arn:aws:rds:${region}:${world.account}:pg:default.${family}`,
      })),
      Marker,
    };
  },
);
