import {
  ListCommandInvocations$,
  type ListCommandInvocationsCommandInput,
  type ListCommandInvocationsCommandOutput,
} from "@aws-sdk/client-ssm";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { filterCommands } from "../command-filters.ts";
import { page } from "../page.ts";
import { invocationShape } from "../shapes.ts";

export const listCommandInvocations = action(
  ListCommandInvocations$,
  (input: ListCommandInvocationsCommandInput, { world }) => {
    const { CommandId, InstanceId, Details = false } = input;
    if (CommandId !== undefined && !world.ssm.command(CommandId)) {
      throw new AwsError("InvalidCommandId", `The specified command ID is not valid: ${CommandId}`);
    }
    const invocations = world.ssm
      .commands()
      .filter(({ id }) => CommandId === undefined || id === CommandId)
      .flatMap((command) => command.invocations.map((invocation) => ({ command, invocation })))
      .filter(({ invocation }) => InstanceId === undefined || invocation.instanceId === InstanceId);
    const matching = filterCommands(invocations, input.Filters, ({ command, invocation }) => ({
      command,
      status: invocation.status,
    }));
    const idOf = ({ command, invocation }: (typeof matching)[number]): string =>
      `${command.id} ${invocation.instanceId}`;
    const { items, NextToken } = page(matching, input, idOf, { minimum: 1, maximum: 50 });
    return {
      CommandInvocations: items.map(({ command, invocation }) => invocationShape(world, command, invocation, Details)),
      NextToken,
    } satisfies ActionOutput<ListCommandInvocationsCommandOutput>;
  },
);
