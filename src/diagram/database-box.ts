import type { LocalizedText } from "../text.ts";
import type { MakeBox } from "./make-box.ts";
import type { Box } from "./scene.ts";
import type { TopologyDatabase } from "./topology.ts";

/** The database in the subnet of its zone, and where it has one its standby in the other's. */
export function databaseBoxes(
  database: TopologyDatabase | undefined,
  zone: string,
  make: MakeBox,
  say: (words: LocalizedText) => string,
): Box[] {
  if (!database) return [];
  const { id, engineVersion, instanceClass, status, encrypted } = database;
  if (zone === database.availabilityZone) {
    const lines = [
      id,
      instanceClass,
      ...(encrypted ? [say({ en: "encrypted", ja: "暗号化" })] : []),
      ...(status === "available" ? [] : [status]),
    ];
    return [make("database", "database", `RDS MySQL ${engineVersion}`, lines, [], id)];
  }
  if (zone !== database.secondaryZone) return [];
  return [make("database-standby", "database", say({ en: "RDS standby", ja: "RDS スタンバイ" }), [id])];
}
