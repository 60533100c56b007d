import { Lecture05Error } from "../../errors.ts";
import type { Command } from "../command.ts";
import { identify } from "../identity.ts";
import { shellQuote } from "../../remote/shell-quote.ts";

/** Exports for the shell. Errors go to stderr, so that `eval` never runs half of them. */
export const env: Command = async (invocation) => {
  const control = await (await invocation.services()).sandbox(invocation.io.env);
  const endpoint = await control.find();
  if (!endpoint) {
    throw new Lecture05Error("SANDBOX_UNAVAILABLE", {
      what: { en: "The sandbox is not running", ja: "サンドボックスは起動していません" },
      next: ["lecture05 sandbox start"],
    });
  }
  const { region } = identify(invocation.preferences);
  const variables = {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: endpoint.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: endpoint.credentials.secretAccessKey,
    AWS_REGION: region,
    // What the AWS CLI reads; the SDKs read AWS_REGION.
    AWS_DEFAULT_REGION: region,
  };
  if (invocation.json) invocation.print(JSON.stringify(variables));
  else {
    for (const [name, value] of Object.entries(variables)) invocation.print(`export ${name}=${shellQuote(value)}`);
    // A session token of a real account, still set in the shell, would go with our keys and spoil them.
    invocation.print("unset AWS_SESSION_TOKEN AWS_PROFILE");
  }
  return 0;
};
