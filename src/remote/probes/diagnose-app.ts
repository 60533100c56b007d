import { askProgram } from "../database/ask-program.ts";
import { appUser, currentLink, databasePath, environmentFiles, nginxSite, storageRoot } from "../paths.ts";

/** The release, its gems and assets, and the database, each as the user who needs it. */
export const appFacts = `
as_app() { runuser -u ${appUser} -- "$@"; }
writable() { if as_app test -w "$1"; then echo "writable $1"; else echo "not-writable $1"; fi; }
# Whoever serves the files has to read them: Nginx, once it is in front.
readable() {
  [ "$way" = nginx ] && [ "$alone" = no ] && reader=www-data || reader=${appUser}
  if [ ! -e "$1" ]; then echo "absent $1"
  elif runuser -u "$reader" -- test -r "$1"; then echo "readable $1"
  else echo "not-readable $1"; fi
}
present() { for path in "$@"; do if [ -e "$path" ]; then echo "present $path"; else echo "absent $path"; fi; done; }
sql() { as_app sqlite3 -cmd '.timeout 1500' "file:$database?mode=rw" "$1"; }
in_release() { cd ${currentLink} && run_as_app "$@"; }
versions() { sed -n 's/^.*\\/\\([0-9]*\\)_.*\\.rb$/\\1/p'; }

app_facts() {
  fact env file_environment
  fact release readlink ${currentLink}
  fact files present ${currentLink}/Gemfile ${currentLink}/public/assets/.manifest.json ${nginxSite}
  fact config grep -nE 'force_ssl|ssl_options|host_authorization|config.hosts' ${currentLink}/config/environments/production.rb
  # A Puma that runs has found its Ruby and its gems.
  if [ "$(systemctl show -p SubState --value puma.service)" != running ]; then
    fact ruby in_release ruby -e 'puts RUBY_VERSION'
    fact bundle in_release bundle check
    fact lock tail -n 1 ${currentLink}/Gemfile.lock
  fi

  fact asset readable ${currentLink}/public
  fact asset readable ${currentLink}/public/assets
  for css in ${currentLink}/public/assets/*.css; do [ ! -e "$css" ] || fact asset readable "$css"; done

  # Once the records are elsewhere, its client is asked: a refusal says why.
  if [ -e ${environmentFiles.database} ]; then fact mysql in_release bundle exec ruby ${askProgram} tls; fi
  database=$(sed -n 's/^DATABASE_PATH=//p' "$work/environment" | tail -n 1)
  database=\${database:-${databasePath}}
  fact database.file stat -c '%a %U:%G %s %n' "$database" "\${database%/*}"
  fact database.write writable "$database"
  fact database.write writable "\${database%/*}"
  fact database.begin sql 'BEGIN IMMEDIATE; ROLLBACK'
  fact database.versions sql 'SELECT version FROM schema_migrations ORDER BY version'
  fact database.tables sql "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
  fact database.schema sed -n 's/^ *create_table "\\([^"]*\\)".*/\\1/p' ${currentLink}/db/schema.rb
  find ${currentLink}/db/migrate -name '*.rb' | versions | sort | sed 's/^/database.migrations /'

  fact storage.write writable ${storageRoot}
  # The cache of the linker may name a library that is gone.
  fact vips ls "$(ldconfig -p | sed -n 's/.*libvips\\.so\\.42 .*=> //p' | head -n 1)"
}`;
