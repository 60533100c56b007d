import type { Layer } from "../layer.ts";
import { assetsLayer } from "./assets.ts";
import { databaseLayer } from "./database.ts";
import { hostLayer } from "./host.ts";
import { instanceLayer } from "./instance.ts";
import { loadBalancerLayer } from "./load-balancer.ts";
import { nameLayer } from "./name.ts";
import { nginxLayer } from "./nginx.ts";
import { pumaLayer } from "./puma.ts";
import { railsLayer } from "./rails.ts";
import { routesLayer } from "./routes.ts";
import { securityGroupLayer } from "./security-group.ts";
import { socketLayer } from "./socket.ts";
import { storageLayer } from "./storage.ts";
import { targetGroupLayer } from "./target-group.ts";

/** The way from a visitor to the disk, in its order. */
export const layers: readonly Layer[] = [
  nameLayer,
  loadBalancerLayer,
  securityGroupLayer,
  routesLayer,
  targetGroupLayer,
  instanceLayer,
  hostLayer,
  nginxLayer,
  socketLayer,
  pumaLayer,
  railsLayer,
  databaseLayer,
  assetsLayer,
  storageLayer,
];
