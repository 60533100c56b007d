import type { RemoteScript } from "../ports/shell.ts";
import { appUser, currentLink, gemsDirectory, releasesDirectory, sharedDirectory } from "./paths.ts";
import { runAsAppFunction } from "./run-as-app.ts";
import { remoteScript } from "./script.ts";
import { plainWord } from "./shell-quote.ts";

export { configureApp } from "./configure-app.ts";

const gems = (release: string): string => `
cd ${releasesDirectory}/${release}
if [ -e .gems-installed ]; then
  echo "unchanged: gems"
  exit 0
fi

# Bundler's own settings, kept beside the application where the service finds them too.
mkdir -p .bundle
cat >.bundle/config <<END
---
BUNDLE_DEPLOYMENT: "true"
BUNDLE_PATH: "${gemsDirectory}"
BUNDLE_WITHOUT: "development:test"
END

# As the application's user, because gems run code of their own while they are installed. All releases share them, so
# the next one compiles only what is new.
run_as_app bundle install --jobs "$(nproc)" --retry 3
touch .gems-installed`;

/** Gems in deployment mode, exactly those of Gemfile.lock, without those of development and test. */
export function installGems(release: string): RemoteScript {
  return remoteScript("install-gems", 25 * 60_000, runAsAppFunction, gems(plainWord(release)));
}

const build = (release: string, task: string): string => `
release=${releasesDirectory}/${release}
cd "$release"
if [ -e .prepared ]; then
  echo "unchanged: release ${release}"
else
  # The application writes outside its release, into directories that stay.
  rm -rf tmp log
  ln -s ${sharedDirectory}/tmp tmp
  ln -s ${sharedDirectory}/log log
  install -d -o ${appUser} -g ${appUser} public/assets

  ${task}

  # Nginx sends the compressed copy where a browser takes it.
  find public/assets -type f \\( -name '*.css' -o -name '*.js' -o -name '*.svg' \\) -exec gzip -9 -k -n -f {} +

  # From here on the code is read-only for the application, and closed to users outside its group.
  chown -R -h root:${appUser} .
  chmod -R u+rwX,g+rX,g-w,o-rwx .
  touch .prepared
fi`;

const tablesToo = `# The tables, before Puma needs them, and style sheets under names that hold their hash. One start of Rails for both.
  run_as_app bundle exec rails db:prepare assets:precompile`;

const makeCurrent = (release: string): string => `
# The switch is one rename: there is no moment without a current release.
if [ "$(readlink ${currentLink} || true)" = "$release" ]; then
  echo "unchanged: current release"
else
  ln -sfn "$release" ${currentLink}.new
  mv -T ${currentLink}.new ${currentLink}
  touch .prepared
  echo "current: ${release}"
fi

# The last three releases stay, for a way back.
find ${releasesDirectory} -mindepth 2 -maxdepth 2 -name .prepared -printf '%T@ %h\\n' | sort -rn | tail -n +4 |
  while read -r _ old; do
    echo "removed: $old"
    rm -rf "$old"
  done`;

/** Database and assets of a release, then the switch to it. Puma notices with its next start. */
export function prepareRelease(release: string): RemoteScript {
  const name = plainWord(release);
  return remoteScript("prepare-release", 10 * 60_000, runAsAppFunction, build(name, tablesToo), makeCurrent(name));
}

const assetsOnly = `# Style sheets and scripts under names that hold their hash. The tables are left alone: the release before serves.
  run_as_app bundle exec rails assets:precompile`;

const shareAssets = `
# While hosts change one after another, a page of one release may ask a host of the other for its files: both have both.
current=$(readlink -f ${currentLink})
# share FROM TO: copies what TO lacks; the names hold hashes, so what it has is the same.
share() { tar -C "$1/public/assets" -cf - . | tar -C "$2/public/assets" -xf - --skip-old-files; }
if [ "$current" != "$release" ] && [ -d "$current/public/assets" ]; then
  share "$release" "$current"
  share "$current" "$release"
fi`;

/** A release ready to be switched to, beside the one that serves: nothing that serves is touched. */
export function prepareAside(release: string): RemoteScript {
  const name = plainWord(release);
  return remoteScript("prepare-aside", 10 * 60_000, runAsAppFunction, build(name, assetsOnly), shareAssets);
}

/** The migrations of a release that does not serve yet. Prints each that ran. */
export function migrate(release: string): RemoteScript {
  return remoteScript(
    "migrate",
    20 * 60_000,
    runAsAppFunction,
    `
cd ${releasesDirectory}/${plainWord(release)}
run_as_app bundle exec rails db:migrate`,
  );
}

/** A release that was prepared and is not to serve; the one that serves stays. */
export function removeRelease(release: string): RemoteScript {
  const directory = `${releasesDirectory}/${plainWord(release)}`;
  return remoteScript(
    "remove-release",
    60_000,
    `
if [ "$(readlink -f ${currentLink})" = ${directory} ]; then
  echo "${release} is the current release" >&2
  exit 1
fi
rm -rf ${directory} ${directory}.new`,
  );
}
