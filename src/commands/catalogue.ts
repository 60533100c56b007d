import { buildCommands } from "./catalogue/build.ts";
import { handInCommands } from "./catalogue/hand-in.ts";
import { lookCommands } from "./catalogue/look.ts";
import { machineCommands } from "./catalogue/machine.ts";
import type { CommandDefinition } from "./command.ts";

/** All commands. What each does is loaded when it is called. */
export const catalogue: readonly CommandDefinition[] = [
  ...buildCommands,
  ...lookCommands,
  ...handInCommands,
  ...machineCommands,
];
