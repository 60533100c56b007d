import type Docker from "dockerode";
import type { HostCache } from "../host-cache.ts";
import type { World } from "../world.ts";
import type { SandboxImages } from "./images.ts";

/** What all parts of the runtime share once the engine has answered. */
export interface DockerContext {
  readonly docker: Docker;
  readonly sandboxId: string;
  readonly images: SandboxImages;
  /** Containers run in a virtual machine, so this machine reaches them by published ports only. */
  readonly desktop: boolean;
  /** What hosts leave for later ones. */
  readonly cache: HostCache | undefined;
  readonly log: World["log"];
}
