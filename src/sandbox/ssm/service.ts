import type { ServiceDefinition } from "../wire/action.ts";
import { addTagsToResource } from "./actions/add-tags-to-resource.ts";
import { cancelCommand } from "./actions/cancel-command.ts";
import { deleteParameter } from "./actions/delete-parameter.ts";
import { deleteParameters } from "./actions/delete-parameters.ts";
import { describeInstanceInformation } from "./actions/describe-instance-information.ts";
import { describeParameters } from "./actions/describe-parameters.ts";
import { getCommandInvocation } from "./actions/get-command-invocation.ts";
import { getParameter } from "./actions/get-parameter.ts";
import { getParameters } from "./actions/get-parameters.ts";
import { getParametersByPath } from "./actions/get-parameters-by-path.ts";
import { listCommandInvocations } from "./actions/list-command-invocations.ts";
import { listCommands } from "./actions/list-commands.ts";
import { listTagsForResource } from "./actions/list-tags-for-resource.ts";
import { putParameter } from "./actions/put-parameter.ts";
import { removeTagsFromResource } from "./actions/remove-tags-from-resource.ts";
import { sendCommand } from "./actions/send-command.ts";

/** SSM: parameters and Run Command. What it does differently from AWS is in BEHAVIOUR.md. */
export const ssmService: ServiceDefinition = {
  signingName: "ssm",
  protocol: "awsJson1_1",
  version: "2014-11-06",
  xmlNamespace: "",
  target: "AmazonSSM",
  actions: [
    addTagsToResource,
    cancelCommand,
    deleteParameter,
    deleteParameters,
    describeInstanceInformation,
    describeParameters,
    getCommandInvocation,
    getParameter,
    getParameters,
    getParametersByPath,
    listCommandInvocations,
    listCommands,
    listTagsForResource,
    putParameter,
    removeTagsFromResource,
    sendCommand,
  ],
};
