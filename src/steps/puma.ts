import { randomUUID } from "node:crypto";
import { z } from "zod";
import { bundleApp } from "../remote/bundle-app.ts";
import { readRelease } from "../remote/read-release.ts";
import { traceNamed } from "../remote/probes/log-lines.ts";
import { probeWithoutPuma } from "../remote/probes/without.ts";
import { probePuma } from "../remote/probes.ts";
import { sendApp } from "../remote/send-app.ts";
import { ec2 } from "./ec2.ts";
import { modulesOn } from "./host-modules.ts";
import { probeHosts } from "./host-probes.ts";
import { bearsMark, hostScriptsPlan, runOnHosts, runScript } from "./host-scripts.ts";
import { answeredByPuma, nginxNotInPath, pumaListens } from "./path-checks.ts";
import { scriptsOf } from "./puma/scripts.ts";
import { nothingToDestroy, type Step, type StepContext } from "./step.ts";
import { withoutUnit, type UnitProof } from "./without-unit.ts";

const outputSchema = z.object({ release: z.string() });

export const puma: Step<z.infer<typeof outputSchema>> = {
  name: "puma",
  title: { en: "Puma alone", ja: "組み込みサーバー(Puma)での動作確認" },
  requires: ["ec2"],
  supersededBy: "puma-socket",
  output: outputSchema,
  facts: ({ release }) => ({ release }),

  async scripts({ settings }) {
    const bundle = await bundleApp(settings.appDirectory);
    return scriptsOf(bundle.release, sendApp(bundle));
  },

  async adopt(ctx) {
    const [host] = ctx.findOutput(ec2)?.hosts ?? [];
    if (!host || !(await bearsMark(ctx, "puma"))) return undefined;
    const release = (await runScript(ctx, host.instanceId, readRelease())).stdout.trim();
    return release === "" ? undefined : { release };
  },

  // What was deployed is for `deploy` and `rollback` to change, which do it without an interruption.
  plan: async (ctx) => hostScriptsPlan(ctx, "puma", await puma.scripts(ctx), deployedRecipes(ctx)),

  async apply(ctx) {
    const { hosts } = ctx.output(ec2);
    const { deployment } = ctx.settings;
    if (deployment && (await bearsMark(ctx, "puma", deployedRecipes(ctx)))) {
      const { release, recipe } = deployment.current;
      await runOnHosts(ctx, "puma", hosts, scriptsOf(release, []), recipe);
      return { release };
    }
    await runOnHosts(ctx, "puma", hosts, await puma.scripts(ctx));
    return { release: (await bundleApp(ctx.settings.appDirectory)).release };
  },

  verify(ctx) {
    const { hosts } = ctx.output(ec2);
    return probeHosts(
      ctx,
      hosts,
      probePuma(randomUUID()),
      [
        {
          name: "up",
          title: { en: "GET /up on 127.0.0.1:3000", ja: "127.0.0.1:3000 で GET /up" },
          probe: "up",
          expected: "200",
        },
        {
          name: "page",
          title: { en: "GET / shows the list", ja: "GET / で一覧が表示される" },
          probe: "page",
          expected: "200",
        },
        {
          name: "asset",
          title: { en: "The page's stylesheet is there", ja: "スタイルシートが配信される" },
          probe: "stylesheet",
          expected: "200 text/css",
        },
        {
          name: "form",
          title: { en: "A form creates, shows and deletes a record", ja: "フォームで登録・表示・削除ができる" },
          probe: "form",
          expected: "303 200 303",
        },
        {
          name: "restarts",
          title: { en: "Puma was not restarted by a crash", ja: "Puma が異常終了していない" },
          probe: "restarts",
          expected: "0",
        },
      ],
      (results) => {
        const page = traceNamed(results, "page");
        return [answeredByPuma(page, results, "tcp:127.0.0.1:3000"), pumaListens(results), nginxNotInPath(page)];
      },
    );
  },

  breaksWhenApplied: true,
  breakAndRestore: (ctx, _output, tell) => withoutUnit(ctx, withoutPuma, tell),

  modules: (ctx) => modulesOn(ctx, ctx.output(ec2).hosts),
  destroy: nothingToDestroy,
};

function deployedRecipes({ settings: { deployment } }: Pick<StepContext, "settings">): string[] {
  return [deployment?.current, deployment?.pending?.to].flatMap((installed) => installed?.recipe ?? []);
}

const withoutPuma: UnitProof = {
  unit: "puma.service",
  script: probeWithoutPuma("tcp"),
  stopped: [
    {
      name: "puma-stopped",
      title: { en: "With Puma stopped, the connection is", ja: "Puma を止めると接続は" },
      probe: "stopped",
      expected: "refused",
    },
  ],
  started: [
    {
      name: "puma-started",
      title: { en: "With Puma started, it answers", ja: "Puma を起動すると応答は" },
      probe: "started",
      expected: "200",
    },
  ],
};
