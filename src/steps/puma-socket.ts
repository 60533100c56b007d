import { randomUUID } from "node:crypto";
import { z } from "zod";
import { socketPath } from "../remote/paths.ts";
import { traceNamed } from "../remote/probes/log-lines.ts";
import { probeWithoutPuma } from "../remote/probes/without.ts";
import { probeSocket } from "../remote/probes.ts";
import { movePumaToSocket } from "../remote/start-puma.ts";
import { ec2 } from "./ec2.ts";
import { modulesOn } from "./host-modules.ts";
import { probeHosts } from "./host-probes.ts";
import { bearsMark, hostScriptsPlan, runOnHosts } from "./host-scripts.ts";
import { answeredByPuma, nginxNotInPath, pumaListens } from "./path-checks.ts";
import { nothingToDestroy, type Step } from "./step.ts";
import { withoutUnit, type UnitProof } from "./without-unit.ts";

const outputSchema = z.object({ socket: z.string() });

export const pumaSocket: Step<z.infer<typeof outputSchema>> = {
  name: "puma-socket",
  title: { en: "Puma on a Unix domain socket", ja: "組み込みサーバーと Unix Socket を使った動作確認" },
  requires: ["puma"],
  output: outputSchema,
  scripts: async () => [movePumaToSocket()],
  adopt: async (ctx) => ((await bearsMark(ctx, "puma-socket")) ? { socket: socketPath } : undefined),
  plan: async (ctx) => hostScriptsPlan(ctx, "puma-socket", await pumaSocket.scripts(ctx)),

  async apply(ctx) {
    await runOnHosts(ctx, "puma-socket", ctx.output(ec2).hosts, await pumaSocket.scripts(ctx));
    return { socket: socketPath };
  },

  verify(ctx) {
    const { hosts } = ctx.output(ec2);
    return probeHosts(
      ctx,
      hosts,
      probeSocket(randomUUID()),
      [
        {
          name: "socket-up",
          title: { en: "GET /up through the socket", ja: "ソケット経由で GET /up" },
          probe: "up",
          expected: "200",
        },
        {
          name: "socket-page",
          title: { en: "GET / through the socket", ja: "ソケット経由で GET /" },
          probe: "page",
          expected: "200",
        },
        {
          name: "socket-form",
          title: { en: "A form works through the socket", ja: "ソケット経由でフォームが使える" },
          probe: "form",
          expected: "303 200 303",
        },
        {
          name: "tcp-refuses",
          title: { en: "TCP 3000 now refuses", ja: "TCP 3000 番は接続を拒否する" },
          probe: "tcp",
          expected: "refused",
        },
        {
          name: "socket-directory",
          title: { en: "Mode and owner of the socket's directory", ja: "ソケットのディレクトリの権限と所有者" },
          probe: "directory",
          expected: "750 app:app",
        },
        {
          name: "socket-file",
          title: { en: "It is a socket", ja: "ソケットファイルがある" },
          probe: "socket",
          expected: "socket",
        },
        // curl's exit code 7: could not connect.
        {
          name: "stranger-refused",
          title: { en: "Another user cannot use the socket", ja: "他のユーザーはソケットを使えない" },
          probe: "stranger",
          expected: "7",
        },
      ],
      (results) => {
        const page = traceNamed(results, "page");
        return [answeredByPuma(page, results, `unix:${socketPath}`), pumaListens(results), nginxNotInPath(page)];
      },
    );
  },

  breakAndRestore: (ctx, _output, tell) => withoutUnit(ctx, withoutPuma, tell),

  modules: (ctx) => modulesOn(ctx, ctx.output(ec2).hosts),
  destroy: nothingToDestroy,
};

const withoutPuma: UnitProof = {
  unit: "puma.service",
  script: probeWithoutPuma("socket"),
  stopped: [
    {
      name: "socket-without-puma",
      title: { en: "With Puma stopped, the socket is", ja: "Puma を止めるとソケットへの接続は" },
      probe: "stopped",
      expected: "refused",
    },
  ],
  started: [
    {
      name: "socket-well-again",
      title: { en: "With Puma started, the socket answers", ja: "Puma を起動するとソケットの応答は" },
      probe: "started",
      expected: "200",
    },
  ],
};
