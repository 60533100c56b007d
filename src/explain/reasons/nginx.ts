import { installNginx } from "../../remote/nginx.ts";
import { reasonIn, type Reason } from "../reason.ts";

/** Nginx alone. */
export function nginxReasons(): Reason[] {
  const { name, text } = installNginx();
  const script = { where: `script ${name}`, text };
  return [
    reasonIn(script, "packages", /install_packages (nginx) logrotate/, {
      lesson: true,
      en: "Nginx alone first, with its own page: when the page of Nginx comes, Nginx, port 80 and the way to them are proved, and what fails later must be the connection to Puma. Whoever puts both together at once does not know which of the two is broken.",
      ja: "まず Nginx だけを起動し、Nginx 自身のページを確認します。これが表示されれば、Nginx と 80 番ポートは正常で、このあと問題が起きても原因は Puma との接続に絞れます。両方を一度に設定すると、どちらが悪いのか分からなくなります。",
    }),
    reasonIn(script, "packages", /install_packages nginx (logrotate)/, {
      en: "Turns Nginx's logs over every day, or they fill the disk some day.",
      ja: "Nginx のログを毎日切り替えます。これがないと、いつかログでディスクが埋まります。",
    }),
    reasonIn(script, "unit", /systemctl -q (enable nginx\.service)/, {
      en: "Starts with the system, so the site comes back by itself after a reboot.",
      ja: "OS の起動時に自動で起動します。再起動してもサイトは自動で復旧します。",
    }),
    reasonIn(script, "proof", /(http:\/\/127\.0\.0\.1\/)/, {
      en: "The service counts as started when it answers a request, not when systemd says active: a program that crashes again and again says so, too, between two crashes.",
      ja: "systemd が active と表示したときではなく、リクエストに応答したときに起動済みとみなします。異常終了を繰り返すプログラムも、その合間には active と表示されるためです。",
    }),
  ];
}
