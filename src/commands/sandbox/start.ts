import type { Command } from "../command.ts";
import { realismText } from "./realism-text.ts";

export const start: Command = async (invocation) => {
  const control = await (await invocation.services()).sandbox(invocation.io.env);
  const reporter = await invocation.reporter();
  const { url } = await control.ensure({
    onProgress: (message) => reporter.progress(message),
    signal: invocation.signal(),
    realism: invocation.preferences.realism,
  });
  const { realism } = await control.status();
  reporter.pause();
  if (invocation.json)
    invocation.print(JSON.stringify({ type: "sandbox.started", endpoint: url, ...(realism ? { realism } : {}) }));
  else {
    const text = invocation.text({ en: "The sandbox is running:", ja: "サンドボックスは起動しています:" });
    invocation.print(`[sandbox] ${text} ${url}`, '  eval "$(lecture05 sandbox env)"');
    if (realism) invocation.print(`  ${invocation.text(realismText(realism))}`);
  }
  return 0;
};
