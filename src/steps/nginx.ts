import { randomUUID } from "node:crypto";
import { z } from "zod";
import { installNginx } from "../remote/nginx.ts";
import { traceNamed } from "../remote/probes/log-lines.ts";
import { probeWithoutNginx } from "../remote/probes/without.ts";
import { probeNginxAlone } from "../remote/probes.ts";
import { ec2 } from "./ec2.ts";
import { modulesOn } from "./host-modules.ts";
import { probeHosts } from "./host-probes.ts";
import { bearsMark, hostScriptsPlan, runOnHosts } from "./host-scripts.ts";
import { answeredByNginx, pumaNotInPath } from "./path-checks.ts";
import { nothingToDestroy, type Step } from "./step.ts";
import { nginxStarted, nginxStopped, withoutUnit } from "./without-unit.ts";

const outputSchema = z.object({});

export const nginx: Step<z.infer<typeof outputSchema>> = {
  name: "nginx",
  title: { en: "Nginx alone", ja: "Nginx の単体起動確認" },
  requires: ["puma-socket"],
  supersededBy: "nginx-puma",
  output: outputSchema,
  scripts: async () => [installNginx()],
  adopt: async (ctx) => ((await bearsMark(ctx, "nginx")) ? {} : undefined),
  plan: async (ctx) => hostScriptsPlan(ctx, "nginx", await nginx.scripts(ctx)),

  async apply(ctx) {
    await runOnHosts(ctx, "nginx", ctx.output(ec2).hosts, await nginx.scripts(ctx));
    return {};
  },

  verify: (ctx) =>
    probeHosts(
      ctx,
      ctx.output(ec2).hosts,
      probeNginxAlone(randomUUID()),
      [
        {
          name: "nginx-page",
          title: { en: "Port 80 answers", ja: "80 番ポートが応答する" },
          probe: "page",
          expected: "200",
        },
        {
          name: "nginx-welcome",
          title: { en: "It is Nginx's own page", ja: "Nginx 自身のページが表示される" },
          probe: "welcome",
          expected: "Welcome to nginx",
        },
        {
          name: "nginx-server",
          title: { en: "Nginx says so itself", ja: "Server ヘッダーが nginx" },
          probe: "server",
          expected: "nginx",
        },
        {
          name: "application-not-in-path",
          title: {
            en: "The application is not in the path: /up is unknown",
            ja: "アプリは経路に含まれない(/up は 404)",
          },
          probe: "application",
          expected: "404",
        },
      ],
      (results) => {
        const page = traceNamed(results, "page");
        return [answeredByNginx(page), pumaNotInPath(page)];
      },
    ),

  breakAndRestore: (ctx, _output, tell) =>
    withoutUnit(
      ctx,
      { unit: "nginx.service", script: probeWithoutNginx(), stopped: nginxStopped, started: nginxStarted },
      tell,
    ),

  modules: (ctx) => modulesOn(ctx, ctx.output(ec2).hosts),
  destroy: nothingToDestroy,
};
