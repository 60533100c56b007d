import {
  awaitCrash,
  current,
  editSite,
  restartAnyhow,
  restartPuma,
  setVariable,
  type Provocation,
} from "./provocation.ts";

const production = `${current}/config/environments/production.rb`;
const keep = `cp -p ${production} /root/production.kept`;
const putBack = `cp -p /root/production.kept ${production}`;

export const railsProvocations: readonly Provocation[] = [
  {
    layer: "rails",
    code: "RAILS_HOST_BLOCKED",
    what: "the load balancer's name is not allowed",
    row: 1,
    breakIt: `${setVariable("40-load-balancer.env", "APP_HOSTS", "example.com")} && ${restartPuma}`,
  },
  {
    layer: "rails",
    code: "RAILS_HEALTH_CHECK_BLOCKED",
    what: "/up is not exempt from host authorization",
    row: 2,
    breakIt: `${keep} && sed -i '/host_authorization/d' ${production} && ${restartPuma}`,
    restore: `${putBack} && ${restartPuma}`,
  },
  {
    layer: "rails",
    code: "RAILS_SECRET_MISSING",
    what: "the host has no key",
    row: 9,
    breakIt: `: > /etc/lecture05/env.d/00-secret.env && ${restartAnyhow}; ${awaitCrash}`,
  },
  {
    layer: "rails",
    code: "RAILS_ENVIRONMENT_WRONG",
    what: "Rails runs as development",
    breakIt: `${setVariable("10-app.env", "RAILS_ENV", "development")} && ${restartAnyhow}; sleep 1`,
  },
  {
    layer: "rails",
    code: "RAILS_FORCE_SSL",
    what: "every visitor is sent to https",
    row: 19,
    breakIt: `echo FORCE_SSL=1 > /etc/lecture05/env.d/60-own.env && ${restartPuma}`,
    restore: `rm /etc/lecture05/env.d/60-own.env && ${restartPuma}`,
  },
  {
    layer: "rails",
    code: "RAILS_HEALTH_CHECK_REDIRECTED",
    what: "even the health check is sent to https",
    row: 19,
    breakIt: `${keep} && sed -i '/ssl_options/d' ${production} && echo FORCE_SSL=1 > /etc/lecture05/env.d/60-own.env && ${restartPuma}`,
    restore: `${putBack} && rm /etc/lecture05/env.d/60-own.env && ${restartPuma}`,
  },
  {
    layer: "rails",
    code: "RAILS_TOKEN_REFUSED",
    what: "Nginx says that visitors come by https",
    row: 10,
    breakIt: editSite("s/proxy_set_header X-Forwarded-Proto .*/proxy_set_header X-Forwarded-Proto https;/"),
  },
];
