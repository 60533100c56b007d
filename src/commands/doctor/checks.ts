import { apt } from "./apt.ts";
import { baseImage } from "./base-image.ts";
import { debootstrap } from "./debootstrap.ts";
import { diskSpace } from "./disk-space.ts";
import { dockerEngine } from "./docker-engine.ts";
import { dockerSocket } from "./docker-socket.ts";
import { locale } from "./locale.ts";
import { mirror } from "./mirror.ts";
import { nodeVersion } from "./node-version.ts";
import { awscli, chromium } from "./optional-program.ts";
import { platform } from "./platform.ts";
import { ports } from "./ports.ts";
import { privileges } from "./privileges.ts";
import type { DoctorCheck } from "./probes.ts";
import { stateDirectory } from "./state-directory.ts";

/** In the order in which they can be put right: each builds on those before it. */
export const checks: readonly DoctorCheck[] = [
  nodeVersion,
  platform,
  privileges,
  apt,
  locale,
  stateDirectory,
  mirror,
  debootstrap,
  dockerEngine,
  dockerSocket,
  diskSpace,
  ports,
  baseImage,
  awscli,
  chromium,
];
