import type { RemoteScript } from "../ports/shell.ts";
import { packageFunctions } from "./packages.ts";
import {
  appUser,
  codeDirectory,
  databasePath,
  environmentDirectory,
  gemsDirectory,
  incomingDirectory,
  logShipState,
  releasesDirectory,
  sharedDirectory,
  storageRoot,
} from "./paths.ts";
import { remoteScript } from "./script.ts";

const packagesBody = `
# Ruby and Bundler as Debian maintains them; a compiler and libyaml's headers for gems with C extensions;
# libvips makes the thumbnails.
install_packages ruby ruby-dev ruby-bundler build-essential pkg-config libyaml-dev \\
  libvips42t64 sqlite3 tzdata ca-certificates curl openssl

ruby --version
bundle --version
`;

export function installRuby(): RemoteScript {
  return remoteScript("install-ruby", 20 * 60_000, packageFunctions, packagesBody);
}

const databaseDirectory = databasePath.slice(0, databasePath.lastIndexOf("/"));

const userBody = `
# The application gets a user of its own that nobody can log in as.
if id ${appUser} >/dev/null 2>&1; then
  echo "unchanged: user ${appUser}"
else
  useradd --system --user-group --home-dir ${sharedDirectory}/home --no-create-home --shell /usr/sbin/nologin ${appUser}
  echo "made: user ${appUser}"
fi

# Root owns the code, so a flaw in the application cannot change it; its data is for nobody else.
install -d -o root -g root -m 755 ${codeDirectory} ${releasesDirectory} ${sharedDirectory} ${incomingDirectory}
install -d -o ${appUser} -g ${appUser} -m 700 ${sharedDirectory}/home ${sharedDirectory}/tmp ${sharedDirectory}/log \\
  ${databaseDirectory} ${storageRoot} ${gemsDirectory} ${logShipState}
# A disk image may bring gems along, under the number that the user had where they were installed.
find ${gemsDirectory} ! -uid "$(stat -c %u ${gemsDirectory})" -exec chown -h ${appUser}:${appUser} {} +

# Settings and the secret are root's: systemd hands them to Puma. Nginx will share the group, so the group is not enough.
install -d -m 700 ${environmentDirectory}
`;

export function createAppUser(): RemoteScript {
  return remoteScript("create-app-user", 60_000, userBody);
}
