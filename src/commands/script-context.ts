import type { State } from "../state/schema.ts";
import type { ScriptContext, Step } from "../steps/step.ts";
import { certificateOf } from "./certificate.ts";
import { identify } from "./identity.ts";
import { loadBalancerOf } from "./load-balancer.ts";
import type { Preferences } from "./settings.ts";
import { settingsOf } from "./stack-session.ts";

/** What scripts and settings depend on, from the state and the command line alone: no AWS, no sandbox. */
export function scriptContext(preferences: Preferences): ScriptContext & { readonly state: State | undefined } {
  const { stack, region, state } = identify(preferences);
  return {
    stack,
    region,
    account: state?.account ?? "ACCOUNT",
    settings: {
      ...settingsOf(preferences),
      certificateArn: certificateOf({ preferences }, { region, state }),
      loadBalancer: loadBalancerOf({ preferences }, state),
    },
    findOutput: <Out extends object>(step: Step<Out>) => {
      const parsed = step.output.safeParse(state?.steps.find(({ name }) => name === step.name)?.output);
      return parsed.success ? parsed.data : undefined;
    },
    state,
  };
}
