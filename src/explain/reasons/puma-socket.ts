import { movePumaToSocket } from "../../remote/start-puma.ts";
import { createAppUser } from "../../remote/install-ruby.ts";
import { pumaUnit } from "../../remote/puma-unit.ts";
import { pumaUnitFile } from "../../remote/paths.ts";
import { reasonIn, reasonsFor, type Reason } from "../reason.ts";
import { environmentSources } from "../sources.ts";

/** Puma on a Unix domain socket. */
export function pumaSocketReasons(): Reason[] {
  const script = movePumaToSocket();
  const [settings] = environmentSources(script.text);
  if (!settings) throw new Error(`${script.name} writes no settings`);
  const unit = { where: pumaUnitFile, text: pumaUnit };
  return [
    ...reasonsFor(settings, {
      PUMA_BIND: {
        lesson: true,
        en: "A Unix domain socket is a file through which two programs on one host talk. Nginx and Puma always stand on the same host, so no port is needed: nothing that could be reached from outside, no port to clash with, file permissions decide who may connect, and it is a little faster than TCP over the loopback.",
        ja: "Unix ドメインソケットは、同じホスト上のプログラム同士が通信するためのファイルです。Nginx と Puma は同じホストで動くので、ポートは必要ありません。外部から届くものがなくなり、ポート番号の衝突もなく、接続できる相手をファイルの権限で決められ、ループバックの TCP より少し高速です。",
      },
    }),
    reasonIn(unit, "RuntimeDirectoryMode", /RuntimeDirectoryMode=(\d+)/, {
      lesson: true,
      en: "Nginx gets in as a member of the group, not because everybody may. With 0777 any program on the host could send requests to Puma past Nginx, and pose as any visitor by the headers that Rails trusts.",
      ja: "Nginx は「グループの一員」として接続します。0777 にして誰にでも許可するのではありません。0777 では、ホスト上のどのプログラムも Nginx を通さずに Puma へリクエストを送れ、Rails が信頼するヘッダーを使って別の閲覧者になりすませてしまいます。",
    }),
    reasonIn(unit, "RuntimeDirectory", /RuntimeDirectory=(\S+)/, {
      en: "The socket lies in /run, not in the application's tmp/: systemd makes the directory anew at every start, and it does not move with a release.",
      ja: "ソケットはアプリケーションの tmp/ ではなく /run の下に置きます。systemd が起動のたびに作り直し、リリースが変わっても場所は変わりません。",
    }),
    reasonIn(
      { where: `script ${script.name}`, text: script.text },
      "the way in before",
      /-o \/dev\/null (http:\/\/\S+); then/,
      {
        en: "The step ends with an error when TCP still answers: two ways in would mean that one of them is not watched.",
        ja: "TCP でまだ応答する場合はエラーにします。入口が 2 つあると、片方が管理されないまま残ってしまうためです。",
      },
    ),
    reasonIn(
      { where: `script ${createAppUser().name}`, text: createAppUser().text },
      "--user-group",
      /(--user-group)/,
      {
        en: "The application's user has a group of its own, which Nginx's user joins in step nginx-puma.",
        ja: "アプリケーションのユーザーには専用のグループがあり、ステップ nginx-puma で Nginx のユーザーがそこに加わります。",
      },
    ),
  ];
}
