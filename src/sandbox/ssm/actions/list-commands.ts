import { ListCommands$, type ListCommandsCommandInput, type ListCommandsCommandOutput } from "@aws-sdk/client-ssm";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { filterCommands } from "../command-filters.ts";
import { page } from "../page.ts";
import { commandShape, statusOf } from "../shapes.ts";

export const listCommands = action(ListCommands$, (input: ListCommandsCommandInput, { world }) => {
  const { CommandId, InstanceId } = input;
  if (CommandId !== undefined && !world.ssm.command(CommandId)) {
    throw new AwsError("InvalidCommandId", `The specified command ID is not valid: ${CommandId}`);
  }
  const commands = world.ssm
    .commands()
    .filter(({ id }) => CommandId === undefined || id === CommandId)
    .filter(({ invocations }) => InstanceId === undefined || invocations.some((it) => it.instanceId === InstanceId));
  const matching = filterCommands(commands, input.Filters, (command) => ({
    command,
    status: statusOf(command).Status,
  }));
  const { items, NextToken } = page(matching, input, ({ id }) => id, { minimum: 1, maximum: 50 });
  return { Commands: items.map(commandShape), NextToken } satisfies ActionOutput<ListCommandsCommandOutput>;
});
