import { randomUUID } from "node:crypto";
import { z } from "zod";
import { putNginxBeforePuma } from "../remote/nginx.ts";
import { socketPath } from "../remote/paths.ts";
import { traceNamed } from "../remote/probes/log-lines.ts";
import { probeWithoutNginx, probeWithoutPuma } from "../remote/probes/without.ts";
import { probeNginxPuma } from "../remote/probes.ts";
import { ec2 } from "./ec2.ts";
import { modulesOn } from "./host-modules.ts";
import { probeHosts } from "./host-probes.ts";
import { bearsMark, hostScriptsPlan, runOnHosts } from "./host-scripts.ts";
import { answeredByPuma, askedByNginx, passedOnByNginx, staticByNginx } from "./path-checks.ts";
import { nothingToDestroy, type Step } from "./step.ts";
import { nginxStarted, nginxStopped, withoutUnit, type UnitProof } from "./without-unit.ts";

const outputSchema = z.object({});

export const nginxPuma: Step<z.infer<typeof outputSchema>> = {
  name: "nginx-puma",
  title: { en: "Nginx before Puma's socket", ja: "Nginx と組み込みサーバー、Unix Socket を組み合わせての動作確認" },
  requires: ["nginx", "puma-socket"],
  output: outputSchema,
  scripts: async () => [putNginxBeforePuma()],
  adopt: async (ctx) => ((await bearsMark(ctx, "nginx-puma")) ? {} : undefined),
  plan: async (ctx) => hostScriptsPlan(ctx, "nginx-puma", await nginxPuma.scripts(ctx)),

  async apply(ctx) {
    await runOnHosts(ctx, "nginx-puma", ctx.output(ec2).hosts, await nginxPuma.scripts(ctx));
    return {};
  },

  verify(ctx) {
    const { hosts } = ctx.output(ec2);
    return probeHosts(
      ctx,
      hosts,
      probeNginxPuma(randomUUID(), randomUUID()),
      [
        {
          name: "page-through-nginx",
          title: { en: "GET / through port 80", ja: "80 番ポート経由で GET /" },
          probe: "page",
          expected: "200",
        },
        {
          name: "asset-through-nginx",
          title: { en: "The stylesheet comes through port 80", ja: "80 番ポート経由でスタイルシートが配信される" },
          probe: "stylesheet",
          expected: "200 text/css",
        },
        {
          name: "form-through-nginx",
          title: { en: "A form works through port 80", ja: "80 番ポート経由でフォームが使える" },
          probe: "form",
          expected: "303 200 303",
        },
        {
          name: "upload-through-nginx",
          title: { en: "A picture of 2 MB can be uploaded", ja: "2 MB の画像をアップロードできる" },
          probe: "upload",
          expected: "303 200 303",
        },
        {
          name: "default-site",
          title: { en: "Nginx's default site is gone", ja: "Nginx のデフォルトサイトが無効" },
          probe: "default_site",
          expected: "absent",
        },
      ],
      (results) => {
        const page = traceNamed(results, "page");
        const upstream = `unix:${socketPath}`;
        return [
          passedOnByNginx(page, upstream),
          answeredByPuma(page, results, upstream),
          askedByNginx(page, results),
          staticByNginx(traceNamed(results, "file")),
        ];
      },
    );
  },

  breaksWhenApplied: true,
  async breakAndRestore(ctx, _output, tell) {
    await withoutUnit(ctx, withoutPuma, tell);
    await withoutUnit(ctx, withoutNginx, tell);
  },

  modules: (ctx) => modulesOn(ctx, ctx.output(ec2).hosts),
  destroy: nothingToDestroy,
};

const withoutPuma: UnitProof = {
  unit: "puma.service",
  script: probeWithoutPuma("nginx"),
  stopped: [
    {
      name: "bad-gateway",
      title: { en: "With Puma stopped, Nginx answers", ja: "Puma を止めると Nginx の応答は" },
      probe: "stopped",
      expected: "502",
    },
    {
      name: "asset-without-puma",
      title: { en: "Files still come from Nginx itself", ja: "静的ファイルは Nginx が直接返す" },
      probe: "stylesheet",
      expected: "200",
    },
  ],
  started: [
    {
      name: "well-again",
      title: { en: "With Puma started, Nginx answers", ja: "Puma を起動すると Nginx の応答は" },
      probe: "started",
      expected: "200",
    },
  ],
};

const withoutNginx: UnitProof = {
  unit: "nginx.service",
  script: probeWithoutNginx(),
  stopped: [
    ...nginxStopped,
    {
      name: "puma-without-nginx",
      title: { en: "Puma's socket needs no Nginx", ja: "Puma のソケットは Nginx なしでも応答する" },
      probe: "puma",
      expected: "200",
    },
  ],
  started: nginxStarted,
};
