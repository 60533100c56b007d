import type { StepContext } from "../step.ts";
import { defaultDatabaseClass } from "./names.ts";

export const wantedClass = ({ settings }: Pick<StepContext, "settings">): string =>
  settings.databaseClass ?? defaultDatabaseClass;

/** As asked for; when nobody said anything, as it stands. */
export const wantsMultiAz = ({ settings }: Pick<StepContext, "settings">, stands: boolean): boolean =>
  settings.multiAz ?? stands;
