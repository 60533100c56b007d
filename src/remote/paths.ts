/** Where things lie on a host. One place, because scripts, units and checks must agree. */

export const appUser = "app";

/** Code, read-only for the application: releases/RELEASE, and the link to the one that runs. */
export const codeDirectory = "/opt/lecture05";
export const releasesDirectory = `${codeDirectory}/releases`;
export const currentLink = `${codeDirectory}/current`;

/** What outlives a release. */
export const sharedDirectory = "/var/lib/lecture05";
export const databasePath = `${sharedDirectory}/database/production.sqlite3`;
export const storageRoot = `${sharedDirectory}/storage`;
export const gemsDirectory = `${sharedDirectory}/bundle`;
export const incomingDirectory = `${sharedDirectory}/incoming`;
export const logShipState = `${sharedDirectory}/log-ship`;
/** Which step brought a module ("apt nginx" TAB "nginx"), so that a lost state need not guess. */
export const moduleStepsFile = `${sharedDirectory}/module-steps`;
/** The gems as Bundler told them last, below a line that says of what. */
export const gemListFile = `${sharedDirectory}/gem-list`;
/** Packages that our scripts asked apt for, one a line: images have "manual" packages of their own. */
export const requestedPackagesFile = `${sharedDirectory}/requested-packages`;

/**
 * The application's environment, one file per step that has a say. systemd reads them in the order of their names and
 * the last word wins, so repeating an early step does not undo a later one.
 */
export const environmentDirectory = "/etc/lecture05/env.d";
export const environmentFiles = {
  secret: `${environmentDirectory}/00-secret.env`,
  app: `${environmentDirectory}/10-app.env`,
  socket: `${environmentDirectory}/20-socket.env`,
  nginx: `${environmentDirectory}/30-nginx.env`,
  loadBalancer: `${environmentDirectory}/40-load-balancer.env`,
  s3: `${environmentDirectory}/50-s3.env`,
  database: `${environmentDirectory}/60-database.env`,
} as const;

/** Secrets that come from Parameter Store: in memory only, so that no image and no snapshot of the disk holds them. */
export const secretsDirectory = "/run/lecture05-secrets";
/** The database's settings without its password, from which each boot makes those with it. */
export const databaseTemplate = "/etc/lecture05/database.env.in";
/** Makes a copied disk a host of its own at its first boot. */
export const identityService = "lecture05-identity.service";
/** The instance that this disk was last run as; on a copy it is another one's. */
export const identityFile = `${sharedDirectory}/identity`;

export const pumaUnitFile = "/etc/systemd/system/puma.service";
export const pumaPort = 3000;
export const socketDirectory = "/run/lecture05";
export const socketPath = `${socketDirectory}/puma.sock`;
/** The Puma that serves while puma.service restarts on a host that cannot leave rotation. Nothing of it is on the disk. */
export const standInUnitFile = "/run/systemd/system/puma-stand-in.service";
export const standInSocketPath = `${socketDirectory}-stand-in/puma.sock`;
export const standInEnvironment = `${socketDirectory}-stand-in.env`;
/** Hash of what Puma was last started with successfully. */
export const pumaMark = `${sharedDirectory}/puma-started-with`;

export const nginxSite = "/etc/nginx/sites-available/lecture05";
/** What we add to Debian's unit. */
export const nginxUnitAddition = "/etc/systemd/system/nginx.service.d/lecture05.conf";
export const nginxAccessLog = "/var/log/nginx/access.log";
export const nginxErrorLog = "/var/log/nginx/error.log";

/** Complete output of every command, root only. */
export const commandLogDirectory = "/var/log/lecture05";
