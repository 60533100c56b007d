import { rulesOf, type Elbv2Store, type ListenerRecord } from "./store.ts";

/** A listener with its rules and tags. */
export function removeListener(store: Elbv2Store, listener: ListenerRecord): void {
  const { data } = store;
  for (const rule of rulesOf(store, listener.arn)) {
    delete data.rules[rule.arn];
    delete data.tags[rule.arn];
  }
  delete data.listeners[listener.arn];
  delete data.tags[listener.arn];
}
