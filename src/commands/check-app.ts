import { bundleApp } from "../remote/bundle-app.ts";
import type { Preferences } from "./settings.ts";

/**
 * Packs an application that somebody named, only to see that it can be packed. Step puma would find out too, with a
 * VPC and an instance standing by then.
 */
export async function checkApp({ appDirectory }: Preferences): Promise<void> {
  if (appDirectory !== undefined) await bundleApp(appDirectory);
}
