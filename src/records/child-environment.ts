import { passwordIn, secretName } from "./redact.ts";

/**
 * The environment for a process that has no business with our secrets: everybody who may look at it reads them in
 * /proc. A proxy's password stays, because the process needs the proxy.
 */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSecret = ([name, value = ""]: [string, string | undefined]): boolean =>
    secretName.test(name) ||
    name === "AWS_ACCESS_KEY_ID" ||
    (passwordIn(value) !== undefined && !/_proxy$/i.test(name));
  return Object.fromEntries(Object.entries(env).filter((entry) => !isSecret(entry)));
}
