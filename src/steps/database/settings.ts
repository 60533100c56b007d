import type { DatabaseSettings } from "../../ports/database.ts";
import type { StepContext } from "../step.ts";
import { defaultDatabaseClass } from "./names.ts";

/** As asked for; when nobody said anything, as it stands, and at first the smallest without a standby. */
export function wantedSettings(
  { settings }: Pick<StepContext, "settings">,
  stands: DatabaseSettings = { instanceClass: defaultDatabaseClass, multiAz: false },
): DatabaseSettings {
  return {
    instanceClass: settings.databaseClass ?? stands.instanceClass,
    multiAz: settings.multiAz ?? stands.multiAz,
  };
}

/** What has to be changed of a database that stands. */
export function differences(wanted: DatabaseSettings, stands: DatabaseSettings): Partial<DatabaseSettings> {
  return {
    ...(wanted.instanceClass === stands.instanceClass ? {} : { instanceClass: wanted.instanceClass }),
    ...(wanted.multiAz === stands.multiAz ? {} : { multiAz: wanted.multiAz }),
  };
}
