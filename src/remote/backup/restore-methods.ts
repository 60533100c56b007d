/** Ruby methods of the program that backs up, by which it brings a backup back. */
export const restoreMethodsText = String.raw`
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
`;
