import type { RemoteScript } from "../../ports/shell.ts";
import { configureApp, installGems, prepareRelease } from "../../remote/install-app.ts";
import { createAppUser, installRuby } from "../../remote/install-ruby.ts";
import { prepareHost } from "../../remote/prepare-host.ts";
import { startPumaOnTcp } from "../../remote/start-puma.ts";

/** All that brings a release to a host and starts it; `send`: what carries it there. */
export const scriptsOf = (release: string, send: readonly RemoteScript[]): RemoteScript[] => [
  prepareHost(),
  installRuby(),
  createAppUser(),
  ...send,
  configureApp(release),
  installGems(release),
  prepareRelease(release),
  startPumaOnTcp(release),
];
