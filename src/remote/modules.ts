import type { RemoteScript } from "../ports/shell.ts";
import type { ReportedModule } from "../records/modules.ts";
import { stepNames, type StepName } from "../steps/names.ts";
import {
  appUser,
  currentLink,
  environmentFiles,
  gemListFile,
  gemsDirectory,
  moduleStepsFile,
  requestedPackagesFile,
  sharedDirectory,
} from "./paths.ts";
import { remoteScript } from "./script.ts";

const body = `
# A line for each: manager, name, version, whether it was asked for (yes) or pulled in (no), licence where it is known.
touch ${requestedPackagesFile} ${moduleStepsFile}
list() {
  dpkg-query -W -f '\${db:Status-Status}\\t\${Package}\\t\${Version}\\n' | sort -u |
    awk -F '\\t' -v file=${requestedPackagesFile} '
      BEGIN { while ((getline line < file) > 0) requested[line] = 1 }
      $1 == "installed" { printf "apt\\t%s\\t%s\\t%s\\n", $2, $3, ($2 in requested) ? "yes" : "no" }'

  if [ -e ${currentLink}/.prepared ]; then list_gems; fi
}

# The gems that the application runs with; asked for are those in its Gemfile. Bundler takes most of a second to say so, and
# says the same at the next step unless the release, its gems or Debian's own gems changed, whose packages keep their
# specifications in directories of their own: the first line tells what it was then.
list_gems() {
  cd ${currentLink}
  # An optional group counts once the application is told to use it.
  group=$(sed -n 's/^BUNDLE_WITH=//p' ${environmentFiles.database} 2>/dev/null || true)
  [ -z "$group" ] || export BUNDLE_WITH="$group"
  made_of=$({
    readlink ${currentLink}
    stat -c '%.Y %s %n' Gemfile Gemfile.lock .bundle/config ${gemsDirectory}/ruby/*/specifications
    stat -c '%.Y %s %n' /usr/lib/ruby/gems/*/specifications /usr/lib/ruby/gems/*/specifications/default \\
      /usr/share/rubygems-integration/*/specifications /usr/lib/*/rubygems-integration/*/specifications 2>/dev/null
    echo "\${BUNDLE_WITH:-}"
  } | sha256sum)
  if [ "$(head -n 1 ${gemListFile} 2>/dev/null)" != "$made_of" ]; then
    echo "$made_of" >${gemListFile}.new
    # shellcheck disable=SC2016
    HOME=${sharedDirectory}/home runuser -u ${appUser} -- ruby -rbundler/setup -e '
      requested = Bundler.definition.dependencies.map(&:name)
      Bundler.load.specs.sort_by(&:name).each do |gem|
        puts ["gem", gem.name, gem.version, requested.include?(gem.name) ? "yes" : "no", gem.licenses.join(" OR ")].join("\\t")
      end' >>${gemListFile}.new
    mv ${gemListFile}.new ${gemListFile}
  fi
  tail -n +2 ${gemListFile}
}
list >${moduleStepsFile}.now
`;

/** The host remembers the step at which it saw a module first: a lost state need not guess. */
const remember = `
awk -F '\\t' -v step="$step" -v file=${moduleStepsFile} '
  BEGIN { while ((getline line < file) > 0) { split(line, part, "\\t"); known[part[1]] = 1 } }
  !(($1 " " $2) in known) { printf "%s %s\\t%s\\n", $1, $2, step }' ${moduleStepsFile}.now >${moduleStepsFile}.new
cat ${moduleStepsFile}.new >>${moduleStepsFile}
`;

const print = `
awk -F '\\t' -v file=${moduleStepsFile} '
  BEGIN { while ((getline line < file) > 0) { split(line, part, "\\t"); step[part[1]] = part[2] } }
  { printf "%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n", $1, $2, $3, $4, $5, step[$1 " " $2] }' ${moduleStepsFile}.now
rm -f ${moduleStepsFile}.now ${moduleStepsFile}.new
`;

/** Lists what is installed, as the package managers report it. With a step, what is new on the host counts as its own. */
export function listModules(step?: StepName): RemoteScript {
  const memory = step ? [`step=${step}`, remember] : [];
  return remoteScript("list-modules", 2 * 60_000, `mkdir -p ${sharedDirectory}`, body, ...memory, print);
}

export function parseModules(stdout: string, instanceId: string): ReportedModule[] {
  return stdout.split("\n").flatMap((line): ReportedModule[] => {
    const [manager, name, version, requested, licence, from] = line.split("\t");
    if ((manager !== "apt" && manager !== "gem") || !name || !version) return [];
    const step = stepNames.find((known) => known === from);
    const optional = { ...(licence ? { licence } : {}), ...(step ? { step } : {}) };
    return [{ manager, name, version, requested: requested === "yes", instanceId, ...optional }];
  });
}
