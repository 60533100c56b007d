import type { Facts } from "../facts.ts";
import type { Reason, Why } from "../reason.ts";
import { rubySource } from "../sources.ts";

/** What the application says about the load balancer; somebody's own may say it otherwise. */
export function railsReasons({ appFile }: Facts): Reason[] {
  const text = appFile("config/environments/production.rb");
  if (text === undefined) return [];
  const { where, settings } = rubySource("config/environments/production.rb", text);
  return settings.flatMap((setting) => {
    const why = railsWhys[setting.name];
    return why ? [{ ...setting, where, why }] : [];
  });
}

const railsWhys: Readonly<Record<string, Why>> = {
  health_check: {
    en: "The one page that is exempt from the rules below.",
    ja: "以下のルールから除外する、ただ 1 つのページです。",
  },
  "config.hosts": {
    en: "From APP_HOSTS: the code does not know where it will run.",
    ja: "APP_HOSTS から設定します。コードは、どこで動くのかを知りません。",
  },
  "config.host_authorization": {
    lesson: true,
    en: "/up is exempt from host authorization, because the load balancer's health check sends the instance's private address as its Host. Without the exemption it gets 403, and the target is unhealthy though the site works.",
    ja: "/up はホストの検査から除外します。ALB のヘルスチェックは、Host ヘッダーにインスタンスのプライベート IP アドレスを入れてくるためです。除外しないと 403 になり、サイトは動いているのにターゲットが異常と判定されます。",
  },
  "config.force_ssl": {
    en: "Off until there is a certificate: a redirect to https would lead to a port on which nobody listens.",
    ja: "証明書を用意するまでは無効です。有効にすると、誰も待ち受けていない https のポートへリダイレクトしてしまいます。",
  },
  "config.ssl_options": {
    lesson: true,
    en: "/up is exempt from the redirect to https as well: the health check comes by plain HTTP, and a 301 is no proof that the application works.",
    ja: "/up は https へのリダイレクトからも除外します。ヘルスチェックは HTTP で届き、301 が返っても、アプリケーションが動いている証拠にはなりません。",
  },
};
