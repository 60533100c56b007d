import type { RemoteScript } from "../ports/shell.ts";
import { askProgram, askProgramText } from "./database/ask-program.ts";
import { movedFile, moveProgram, moveProgramText } from "./database/move-program.ts";
import { guardFunctions } from "./guard.ts";
import { packageFunctions } from "./packages.ts";
import { currentLink, environmentFiles } from "./paths.ts";
import { putFile, putFileFunction } from "./put-file.ts";
import { readParameterFunction } from "./read-parameter.ts";
import { restartPumaFunctions } from "./restart-puma.ts";
import { runAsAppFunction } from "./run-as-app.ts";
import { remoteScript } from "./script.ts";
import { plainWord } from "./shell-quote.ts";

/** Bundler's optional group of the Gemfile that holds the database's client. */
const bundleGroup = "database";

const client = `
# trilogy speaks MySQL by itself, and OpenSSL for TLS: to compile it takes OpenSSL's headers.
install_packages libssl-dev

cd ${currentLink}
export BUNDLE_WITH=${bundleGroup}
if run_as_app bundle check >/dev/null; then
  echo "unchanged: gems"
else
  run_as_app bundle install --jobs "$(nproc)" --retry 3
fi`;

/** The gem that speaks to MySQL; a stack that stays on SQLite does not pay for it. */
export function installDatabaseClient(): RemoteScript {
  return remoteScript("install-database-client", 15 * 60_000, packageFunctions, runAsAppFunction, client);
}

export interface DatabaseAddress {
  readonly address: string;
  readonly port: number;
  readonly userName: string;
  readonly databaseName: string;
  /** The parameter that holds the password: a secret of letters and digits. */
  readonly passwordName: string;
  readonly region: string;
}

/** Longer than any move that fits into the script's time; Puma comes back by itself, on SQLite, when nobody starts it. */
const moveSeconds = 25 * 60;

const move = ({ address, port, userName, databaseName, passwordName, region }: DatabaseAddress): string => `
mkdir -p /usr/local/lib/lecture05
${putFile({ path: moveProgram, mode: "644", owner: "root:root" }, moveProgramText)}
${putFile({ path: askProgram, mode: "644", owner: "root:root" }, askProgramText)}

# Of letters and digits, so it stands in an address as it is. It is in no command's arguments and in no output.
password=$(read_parameter ${passwordName} ${region})
DATABASE_URL="trilogy://${userName}:$password@${address}:${port}/${databaseName}?ssl=true&ssl_mode=SSL_MODE_REQUIRED"

if [ -e ${environmentFiles.database} ]; then
  echo "unchanged: the rows are in the database"
else
  cd ${currentLink}
  export BUNDLE_WITH=${bundleGroup} DATABASE_URL MOVE_REPORT=${movedFile}
  # The machine's own number: an image of this host is not this host.
  MOVE_HOST=$(cat /etc/machine-id)
  export MOVE_HOST
  # Nobody writes while the rows are copied. The file of SQLite stays as it is: the way back.
  trap 'start_again puma.service' EXIT
  trap 'exit 1' HUP INT TERM
  stop_for_a_moment puma.service ${moveSeconds}
  run_as_app bundle exec rails runner ${moveProgram}
  if systemctl -q is-active puma.service; then
    echo "Puma was started meanwhile, so rows may have come to SQLite after they were copied" >&2
    exit 1
  fi
fi

put_file ${environmentFiles.database} 600 root:root <<END
BUNDLE_WITH=${bundleGroup}
DATABASE_URL="$DATABASE_URL"
END
trap - EXIT HUP INT TERM
restart_puma_if_changed
systemctl stop lecture05-restore-puma.timer 2>/dev/null || true`;

/**
 * Copies the rows from SQLite, compares them, and lets the application use the database from then on. What has moved
 * stays where it is: a repeat only sets the address and the password right.
 */
export function moveDatabase(database: DatabaseAddress): RemoteScript {
  // They stand in an address and in the shell as they are.
  for (const word of [database.address, database.userName, database.databaseName, database.region]) plainWord(word);
  if (!/^(?:\/[A-Za-z0-9._-]+)+$/.test(database.passwordName)) throw new RangeError("not a parameter's name");
  return remoteScript(
    "move-database",
    30 * 60_000,
    putFileFunction,
    runAsAppFunction,
    readParameterFunction,
    restartPumaFunctions,
    guardFunctions,
    move(database),
  );
}
