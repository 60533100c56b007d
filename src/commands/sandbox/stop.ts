import type { Command } from "../command.ts";

export const stop: Command = async (invocation) => {
  const control = await (await invocation.services()).sandbox(invocation.io.env);
  const reporter = await invocation.reporter();
  if (!invocation.json) reporter.progress({ en: "stopping the sandbox", ja: "サンドボックスを停止しています" });
  const stopped = await control.stop();
  reporter.pause();
  if (invocation.json) invocation.print(JSON.stringify({ type: "sandbox.stopped", wasRunning: stopped }));
  else {
    const text = stopped
      ? {
          en: "Stopped; `lecture05 sandbox start` brings it back",
          ja: "停止しました。`lecture05 sandbox start` で再開できます",
        }
      : { en: "It was not running", ja: "起動していません" };
    invocation.print(`[sandbox] ${invocation.text(text)}`);
  }
  return 0;
};
