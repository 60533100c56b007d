import { table } from "../../reporter/width.ts";
import type { Command } from "../command.ts";
import { realismText } from "./realism-text.ts";

export const status: Command = async (invocation) => {
  const control = await (await invocation.services()).sandbox(invocation.io.env);
  const report = await control.status();
  const { home, daemon, containers, cache, realism } = report;
  if (invocation.json) {
    const event = {
      type: "sandbox.status",
      running: daemon !== undefined,
      home,
      daemon: daemon ?? null,
      containers: containers ?? null,
      cache: cache ?? null,
      ...(realism ? { realism } : {}),
    };
    invocation.print(JSON.stringify(event));
    return 0;
  }
  const running = daemon
    ? {
        en: `running, process ${daemon.pid}, port ${daemon.port}, since ${daemon.since ?? "?"}`,
        ja: `起動中 (プロセス ${daemon.pid}、ポート ${daemon.port}、${daemon.since ?? "?"} から)`,
      }
    : { en: "not running; to start it: lecture05 sandbox start", ja: "停止中。起動するには: lecture05 sandbox start" };
  invocation.print(`[sandbox] ${invocation.text(running)}`, `  ${home}`);
  if (realism) invocation.print(`  ${invocation.text(realismText(realism))}`);
  if (!containers) {
    invocation.print(`  ${invocation.text({ en: "no Docker engine answers", ja: "Docker エンジンが応答しません" })}`);
  } else if (containers.length === 0) {
    invocation.print(`  ${invocation.text({ en: "no containers", ja: "コンテナはありません" })}`);
  } else invocation.print(...table(containers.map(({ name, state }) => [`  ${name}`, state])));
  if (cache && cache.bytes > 0) {
    const size = `${(cache.bytes / 1024 / 1024).toFixed(0)} MB`;
    const text = {
      en: `${size} of packages and gems for the next host in ${cache.directory}`,
      ja: `次のホストのためのパッケージと gem ${size} (${cache.directory})`,
    };
    invocation.print(`  ${invocation.text(text)}`);
  }
  return 0;
};
