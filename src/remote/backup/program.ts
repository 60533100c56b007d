import { rowMethodsText } from "../database/row-methods.ts";
import { sharedDirectory } from "../paths.ts";
import { restoreMethodsText } from "./restore-methods.ts";

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
    return if due?

    puts "not due: the last backup is of #{newest_at.utc.iso8601}"
    exit 75
  end

  # Whether this host may write a backup now, without making one.
  def try
    puts with_lease { "may write" } || "another host is at work"
  end

  def run
    # Asked again: another host may have made one while this one started.
    manifest = with_lease { take if ENV["BACKUP_NOW"] == "yes" || due? }
    return puts("another host is at work, or has been") unless manifest

    file = ENV.fetch("BACKUP_LAST")
    File.write("#{file}.new", JSON.generate(manifest))
    File.rename("#{file}.new", file)
    puts "backup #{manifest[:id]}: #{manifest[:tables].sum { |table| table[:rows] }} rows, #{manifest[:objects][:count]} objects"
  end

  # Table by table, as in a manifest.
  def facts
    puts JSON.generate(uncached { in_snapshot { tables_now } })
  end

  def restore(id, overwrite:)
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

  def due?
    newest_at.nil? || Time.now - newest_at >= PERIOD
  end

  def newest_at
    newest = keys_under(@bucket, "manifests/").max
    newest && Time.strptime("#{newest[/\/(.*)\.json\z/, 1]} UTC", "#{ID} %Z")
  end

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

  ${restoreMethodsText.trim()}

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
    # Not for a transaction that never began: the reason would be lost behind this one's.
    begin
      yield
    ensure
      connection.execute("ROLLBACK")
    end
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
