import type { Command } from "../command.ts";
import { confirm } from "../confirm.ts";

export const reset: Command = async (invocation) => {
  const images = invocation.options.images === true;
  const cache = invocation.options.cache === true;
  await confirm(invocation, {
    about: {
      en: "Everything of the sandbox is removed: hosts, load balancers, networks, buckets and their objects.",
      ja: "サンドボックスのホスト、ロードバランサー、ネットワーク、バケットとオブジェクトをすべて削除します。",
    },
  });
  const control = await (await invocation.services()).sandbox(invocation.io.env);
  const reporter = await invocation.reporter();
  if (!invocation.json) reporter.progress({ en: "removing the sandbox", ja: "サンドボックスを削除しています" });
  await control.reset({ images, cache });
  reporter.pause();
  if (invocation.json) invocation.print(JSON.stringify({ type: "sandbox.reset", images, cache }));
  else {
    const text = {
      en: "Nothing of it is left. The state of a stack that stood in it is still in --dir: `lecture05 destroy` clears it",
      ja: "すべて削除しました。スタックの状態ファイルは --dir に残っています。`lecture05 destroy` で整理できます",
    };
    invocation.print(`[sandbox] ${invocation.text(text)}`);
  }
  return 0;
};
