import type { AppBundle } from "../remote/bundle-app.ts";
import { installGems, migrate, prepareAside } from "../remote/install-app.ts";
import { createAppUser, installRuby } from "../remote/install-ruby.ts";
import { prepareHost } from "../remote/prepare-host.ts";
import { sendApp } from "../remote/send-app.ts";
import { runScript } from "../steps/host-scripts.ts";
import { throwIfInterrupted } from "../engine/interrupt.ts";
import { runEverywhere, type FoundHost, type Work } from "./work.ts";

/**
 * The release on every host, ready beside the one that serves, and the tables as it wants them. Returns how many
 * migrations ran. The old release goes on with the new tables until its host's turn comes, so they have to suit both.
 */
export async function prepareHosts(work: Work, hosts: readonly FoundHost[], bundle: AppBundle): Promise<number> {
  const { session, ctx } = work;
  const ids = hosts.map(({ instanceId }) => instanceId);
  const { release } = bundle;
  const scripts = [
    prepareHost(),
    installRuby(),
    createAppUser(),
    ...sendApp(bundle),
    installGems(release),
    prepareAside(release),
  ];
  for (const script of scripts) {
    throwIfInterrupted(session.signal);
    await runEverywhere(ctx, ids, [script]);
  }
  throwIfInterrupted(session.signal);
  const [first] = ids;
  if (first === undefined) return 0;
  ctx.progress({
    en: `migrations on ${first}; the release that serves goes on with the new tables`,
    ja: `${first} でマイグレーションを実行しています (現行リリースも新しいテーブルで動作を続けます)`,
  });
  const { stdout } = await runScript(ctx, first, migrate(release));
  return [...stdout.matchAll(/^== .*: migrated \(/gm)].length;
}
