import { validateHeaderValue } from "node:http";
import type { AwsCredentialIdentity } from "@smithy/types";
import type { ClientOptions } from "./clients.ts";

/** As the SDK found them; `$source` is its own note of how. */
export type ResolvedCredentials = AwsCredentialIdentity & { readonly $source?: Readonly<Record<string, string>> };

type Chain = (properties?: Record<string, unknown>) => Promise<ResolvedCredentials>;

/** The SDK's standard chain (variables, profile, SSO, role, process, container, instance), or what was given. */
export function credentialChain(
  options: Pick<ClientOptions, "credentials" | "profile" | "region" | "askMfaCode">,
): Chain {
  const { credentials, profile, askMfaCode } = options;
  if (credentials) return async () => credentials;
  let chain: Promise<Chain> | undefined;
  return async (properties) => {
    chain ??= import("@aws-sdk/credential-provider-node").then(({ defaultProvider }) =>
      defaultProvider({
        ...(profile ? { profile } : {}),
        // It warns of keys in the variables beside a profile; the preflight says which of them count.
        logger: quiet,
        ...(askMfaCode ? { mfaCodeProvider: askMfaCode } : {}),
      }),
    );
    const found = await (await chain)(properties);
    // They travel in headers. Said here, because the SDK's HTTP client, refused while it makes the request, leaves timers
    // behind that keep the process for a minute.
    validateHeaderValue("x-amz-security-token", found.sessionToken ?? "");
    validateHeaderValue("authorization", found.accessKeyId);
    return found;
  };
}

const nothing = (): void => {};
const quiet = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
