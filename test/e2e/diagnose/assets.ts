import { current, restartPuma, type Provocation } from "./provocation.ts";

export const assetsProvocations: readonly Provocation[] = [
  {
    layer: "assets",
    code: "ASSETS_MISSING",
    what: "assets were never built",
    row: 12,
    breakIt: `rm -rf ${current}/public/assets && ${restartPuma}`,
  },
  {
    layer: "assets",
    code: "ASSETS_UNREADABLE",
    what: "Nginx's user cannot read them",
    row: 13,
    breakIt: `chmod 0700 ${current}/public/assets`,
  },
];
