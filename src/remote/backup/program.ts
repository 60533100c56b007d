import { rowMethodsText } from "../database/row-methods.ts";
import { sharedDirectory } from "../paths.ts";

export const backupProgram = "/usr/local/lib/lecture05/backup.rb";
/** The manifest of the last backup that this host made. */
export const lastBackupFile = `${sharedDirectory}/backup/last.json`;

/**
 * Takes backups and restores them: `due` (75: not due) and `try` with S3's client alone, the rest in the application
 * (rails runner). What lies in the bucket where is said in docs/backup.md.
 *
 * The rows go out as lines of JSON, not as a dump of one database's own: so what was SQLite then can be RDS now. They
 * are read inside one transaction, which nobody who writes waits for. The pictures are copied before the rows are read
 * and once more after it, so that what a row names is there; what the second look misses was deleted meanwhile, and its
 * copy stays. A copy is only ever overwritten or marked as deleted: the role may not remove versions.
 */
export const backupProgramText = String.raw`# Backs the application's rows and pictures up to S3, and restores them. See lecture05's docs/backup.md.
require "aws-sdk-s3"
require "digest"
require "fileutils"
require "json"
require "tempfile"
require "time"
require "uri"
require "zlib"

class Backup
  INTERNAL = %w[schema_migrations ar_internal_metadata].freeze
  BATCH = 500
  # What is not the application's: logs, and what a diagnosis leaves for a moment.
  LEFT_OUT = %w[logs/ lecture05-diagnose/].freeze
  ID = "%Y-%m-%dT%H-%M-%SZ"
  PERIOD = 24 * 3600
  # Longer than a backup takes; who holds the lease and is gone for so long is gone for good.
  LEASE = 3600

  def initialize
    @bucket = ENV.fetch("BACKUP_BUCKET")
    @pictures = ENV.fetch("S3_BUCKET")
    @host = ENV.fetch("INSTANCE_ID")
    endpoint = ENV["AWS_ENDPOINT_URL_S3"] || ENV["AWS_ENDPOINT_URL"]
    own = !endpoint.to_s.empty? && !endpoint.match?(/\.amazonaws\.com(\.cn)?(:\d+)?\/?\z/)
    @s3 = Aws::S3::Client.new(force_path_style: own)
  end

  # 75: not due; anything else than 0 is a failure.
  def due
    newest = keys_under(@bucket, "manifests/").max
    taken_at = newest && Time.strptime("#{newest[/\/(.*)\.json\z/, 1]} UTC", "#{ID} %Z")
    return unless taken_at && Time.now - taken_at < PERIOD

    puts "not due: the last backup is of #{taken_at.utc.iso8601}"
    exit 75
  end

  # Whether this host may write a backup now, without making one.
  def try
    puts with_lease { "may write" } || "another host is at work"
  end

  def run
    manifest = with_lease { take }
    return puts("another host is at work") unless manifest

    file = ENV.fetch("BACKUP_LAST")
    File.write("#{file}.new", JSON.generate(manifest))
    File.rename("#{file}.new", file)
    puts "backup #{manifest[:id]}: #{manifest[:tables].sum { |table| table[:rows] }} rows, #{manifest[:objects][:count]} objects"
  end

  # Table by table, as in a manifest.
  def facts
    connect
    puts JSON.generate(uncached { in_snapshot { tables_now } })
  end

  def restore(id, overwrite:)
    connect
    manifest = JSON.parse(patiently { read(@bucket, "manifests/#{id}.json") })
    compare_schemas(manifest)
    filled = data_tables.select { |table| connection.select_value("SELECT 1 FROM #{connection.quote_table_name(table)} LIMIT 1") }
    abort "the database holds rows: #{filled.join(", ")}" unless filled.empty? || overwrite

    with_file(manifest["dump"]) do |dump|
      with_file(manifest["inventory"]) { |inventory| restore_objects(inventory) }
      restore_rows(dump, manifest)
    end
  end

  private

  # Exactly one host at a time: S3 takes the object of the lease only from who knows what it is now.
  def with_lease
    etag = take_lease
    return unless etag

    begin
      yield
    ensure
      write_lease(Time.now, if_match: etag)
    end
  end

  def take_lease
    held = @s3.get_object(bucket: @bucket, key: "lease")
    lease = JSON.parse(held.body.read)
    return if lease["host"] != @host && Time.iso8601(lease["until"]) > Time.now

    write_lease(Time.now + LEASE, if_match: held.etag)
  rescue Aws::S3::Errors::NoSuchKey
    write_lease(Time.now + LEASE, if_none_match: "*")
  end

  # The tag of what was written; nil when another host was faster.
  def write_lease(till, **condition)
    body = JSON.generate(host: @host, until: till.utc.iso8601)
    @s3.put_object(bucket: @bucket, key: "lease", body: body, **condition).etag
  rescue Aws::S3::Errors::PreconditionFailed, Aws::S3::Errors::ConditionalRequestConflict
    nil
  end

  def take
    connect
    taken_at = Time.now.utc
    id = taken_at.strftime(ID)
    before = copy_objects
    rows = Tempfile.create("rows") { |file| dump_rows(file, "rows/#{id}.ndjson.gz") }
    after = copy_objects
    objects = before.merge(after)
    forget_copies(objects)
    lines = objects.values.map { |object| "#{JSON.generate(object)}\n" }
    inventory = Tempfile.create("inventory") { |file| put_packed(file, "inventory/#{id}.ndjson.gz") { |gzip| lines.each { |line| gzip << line } } }
    manifest = {
      schemaVersion: 1,
      id: id,
      takenAt: taken_at.iso8601,
      host: @host,
      database: connection.adapter_name,
      migrations: rows[:migrations],
      tables: rows[:tables],
      dump: rows[:dump],
      inventory: inventory,
      objects: {
        bucket: @pictures,
        count: objects.size,
        sizeBytes: objects.values.sum { |object| object[:size] },
        missing: rows[:files].count { |key| !objects.key?(key) }
      }
    }
    # Last: what has no manifest is no backup.
    @s3.put_object(bucket: @bucket, key: "manifests/#{id}.json", body: JSON.generate(manifest), content_type: "application/json", if_none_match: "*")
    manifest
  end

  def dump_rows(file, key)
    uncached do
      in_snapshot do
        dump = put_packed(file, key) do |gzip|
          data_tables.each do |table|
            gzip << "#{JSON.generate([ "table", table ])}\n"
            each_batch(model(ActiveRecord::Base, table)) { |rows| rows.each { |row| gzip << line_of(row) } }
          end
        end
        # Read once more, so that the dump can be held against something.
        { dump: dump, tables: tables_now, migrations: migrations, files: files_named }
      end
    end
  end

  def put_packed(file, key)
    file.binmode
    gzip = Zlib::GzipWriter.new(file)
    yield gzip
    gzip.finish
    file.flush
    file.rewind
    sha256 = Digest::SHA256.file(file.path).hexdigest
    @s3.put_object(bucket: @bucket, key: key, body: file, content_type: "application/gzip")
    { key: key, sha256: sha256, sizeBytes: File.size(file.path) }
  end

  # Each picture that is there now, with its copy.
  def copy_objects
    copies = current_copies
    each_object(@pictures, "") do |picture|
      next if picture.key.start_with?(*LEFT_OUT)

      copy = copies[picture.key]
      copy = copy_of(picture) unless copy && same?(picture, copy)
      # Deleted between the list and the copy.
      next unless copy

      facts = { key: picture.key, size: picture.size, etag: picture.etag.delete('"'), version: copy[:version], copyEtag: copy[:etag].delete('"') }
      (@found ||= {})[picture.key] = facts
    end
    (@found || {}).tap { @found = nil }
  end

  # A picture that came in several parts has a copy with another tag; such a copy is younger.
  def same?(picture, copy)
    copy[:size] == picture.size && (copy[:etag] == picture.etag || copy[:at] > picture.last_modified)
  end

  def copy_of(picture)
    copied = @s3.copy_object(bucket: @bucket, key: "objects/#{picture.key}", copy_source: source(@pictures, picture.key))
    { version: copied.version_id, etag: copied.copy_object_result.etag }
  rescue Aws::S3::Errors::NoSuchKey
    nil
  end

  def current_copies
    copies = {}
    @s3.list_object_versions(bucket: @bucket, prefix: "objects/").each do |page|
      page.versions.each do |it|
        next unless it.is_latest

        copies[it.key.delete_prefix("objects/")] = { version: it.version_id, etag: it.etag, size: it.size, at: it.last_modified }
      end
    end
    copies
  end

  # A marker: the version stays until no backup is left that names it.
  def forget_copies(objects)
    gone = current_copies.keys.reject { |key| objects.key?(key) }
    gone.each { |key| @s3.delete_object(bucket: @bucket, key: "objects/#{key}") }
  end

  def restore_objects(inventory)
    present = {}
    each_object(@pictures, "") { |picture| present[picture.key] = picture.etag.delete('"') }
    copied = 0
    Zlib::GzipReader.open(inventory).each_line do |line|
      key, version, etag = JSON.parse(line).values_at("key", "version", "copyEtag")
      next if present[key] == etag

      @s3.copy_object(bucket: @pictures, key: key, copy_source: "#{source(@bucket, "objects/#{key}")}?versionId=#{version}")
      copied += 1
    end
    puts "objects: #{copied} copied"
  end

  # All or nothing, and equal or nothing. Whoever writes meanwhile waits, or comes after it.
  def restore_rows(dump, manifest)
    connection.disable_referential_integrity do
      ActiveRecord::Base.transaction do
        data_tables.each { |table| model(ActiveRecord::Base, table).delete_all }
        target, batch = nil, []
        store = lambda do
          target.insert_all!(batch, record_timestamps: false) unless batch.empty?
          batch = []
        end
        Zlib::GzipReader.open(dump).each_line do |line|
          if line.start_with?("[")
            store.call
            target = model(ActiveRecord::Base, JSON.parse(line).fetch(1))
          else
            batch << JSON.parse(line).to_h { |name, value| [ name, revive(target, name, value) ] }
            store.call if batch.size >= BATCH
          end
        end
        store.call
        wanted = manifest["tables"].map { |table| table.transform_keys(&:to_sym) }
        differing = uncached { tables_now } - wanted
        abort "the rows differ from the backup's: #{differing.inspect}" unless differing.empty?
      end
    end
    puts "rows: #{manifest["tables"].sum { |table| table["rows"] }} in #{manifest["tables"].size} tables"
  end

  # The one form that JSON does not give back by itself: bytes.
  def revive(target, name, value)
    return value unless value.is_a?(Array) && target.columns_hash[name].type != :json

    value.first.unpack1("m0")
  end

  def compare_schemas(manifest)
    tables = manifest["tables"].map { |table| table["name"] }
    abort "the tables differ: the backup has #{tables.join(", ")}, the database #{data_tables.join(", ")}" unless tables == data_tables
    return if manifest["migrations"] == migrations

    abort "the application is another one than at the time of the backup: its migrations are #{migrations.join(", ")}, the backup's #{manifest["migrations"].join(", ")}"
  end

  def with_file(facts)
    Tempfile.create("backup") do |file|
      file.binmode
      @s3.get_object(bucket: @bucket, key: facts["key"], response_target: file)
      file.flush
      abort "#{facts["key"]} is not as it was written" unless Digest::SHA256.file(file.path).hexdigest == facts["sha256"]

      yield file.path
    end
  end

  # A right that the role was given just now takes seconds to be known everywhere.
  def patiently(tries = 6)
    yield
  rescue Aws::S3::Errors::AccessDenied
    raise if (tries -= 1).zero?

    sleep 5
    retry
  end

  def read(bucket, key) = @s3.get_object(bucket: bucket, key: key).body.read

  def keys_under(bucket, prefix)
    keys = []
    each_object(bucket, prefix) { |object| keys << object.key }
    keys
  end

  def each_object(bucket, prefix, &work)
    @s3.list_objects_v2(bucket: bucket, prefix: prefix).each { |page| page.contents.each(&work) }
  end

  def source(bucket, key) = "#{bucket}/#{URI.encode_uri_component(key).gsub("%2F", "/")}"

  def connect = ActiveRecord::Base.connection.tables
  def connection = ActiveRecord::Base.connection
  def uncached(&) = ActiveRecord::Base.uncached(&)
  def data_tables = (connection.tables - INTERNAL).sort
  def migrations = connection.select_values("SELECT version FROM schema_migrations").map(&:to_s).sort

  def tables_now
    data_tables.map do |table|
      rows, digest = facts_of(ActiveRecord::Base, table)
      { name: table, rows: rows, digest: digest }
    end
  end

  # Keys of the files that rows name.
  def files_named
    return [] unless data_tables.include?("active_storage_blobs")

    connection.select_values("SELECT #{connection.quote_column_name("key")} FROM active_storage_blobs")
  end

  # One moment for all tables. Rails' own transaction would keep writers of SQLite waiting.
  def in_snapshot
    if connection.adapter_name.downcase.include?("sqlite")
      connection.execute("BEGIN DEFERRED TRANSACTION")
    else
      connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
      connection.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    end
    yield
  ensure
    connection.execute("ROLLBACK")
  end

  ${rowMethodsText.trim()}
end

command, id, how = ARGV
backup = Backup.new
case command
when "due" then backup.due
when "try" then backup.try
when "run" then backup.run
when "facts" then backup.facts
when "restore" then backup.restore(id, overwrite: how == "overwrite")
else abort "usage: backup.rb due | try | run | facts | restore ID [overwrite]"
end
`;
