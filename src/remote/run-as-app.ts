import { appUser, environmentDirectory, sharedDirectory } from "./paths.ts";

/** Shell function: runs a command as the application's user, in the current directory, with its environment. */
export const runAsAppFunction = `
# The files of settings are systemd's, and written so that a shell reads them alike. The secret stays out of argv.
run_as_app() {
  (
    set -a
    for file in ${environmentDirectory}/*.env; do
      # shellcheck source=/dev/null
      . "$file"
    done
    HOME=${sharedDirectory}/home
    exec runuser -u ${appUser} -- "$@"
  )
}`;
