require "aws-sdk-s3"
require "digest"
require "fileutils"
require "json"
require "stringio"
require "zlib"

# Sends the new part of log files to S3, whole lines only, and remembers how far it got.
#
# A file is known by its inode and its first bytes, so that what was written between the last run and a rotation is
# found in NAME.1 and sent from there. Where a piece goes is written down before it is sent: a run that was cut off
# sends the same bytes to the same key again, and the bucket never holds them twice.
class LogShipper
  # A piece is held in memory while it is compressed; a small host has little.
  PIECE = 8 * 1024 * 1024
  HEAD = 256

  def initialize(bucket:, state:, instance:, client: nil, piece: PIECE)
    @bucket, @state, @instance, @client, @piece = bucket, state, instance, client, piece
    FileUtils.mkdir_p(@state, mode: 0o750)
  end

  # True when all of it arrived. One file's failure does not hold up the others.
  def run(files, stream_name: "stdin")
    File.open(File.join(@state, "lock"), File::RDWR | File::CREAT, 0o640) do |lock|
      lock.flock(File::LOCK_EX)
      files.map { |path| attempt(path) { path == "-" ? ship_stream(stream_name, $stdin) : ship_file(path) } }.all?
    end
  end

  def ship_file(path)
    marks = load_marks(path)
    # The oldest first, so that the bucket's order is the log's order.
    kept = [ "#{path}.1", path ].filter_map do |candidate|
      File.open(candidate, "rb") do |file|
        mark = marks.find { |known| same_file?(known, file) }
        # A rotated file that was never seen under its own name is not ours to send, except by name.
        next if mark.nil? && candidate != path

        mark ||= { "offset" => 0 }
        others = marks.reject { |known| known.equal?(mark) }
        ship_rest(candidate, file, mark, live: candidate == path) { |now| store_marks(path, others + [ now ]) }
        marks = others + [ mark ]
        mark
      end
    rescue Errno::ENOENT
      nil
    end
    # Marks of files that are gone would fit a later file that gets the same inode.
    store_marks(path, kept)
  end

  def ship_stream(name, io)
    offset = 0
    while (piece = io.read(@piece))
      put(key_for(name, offset), piece)
      offset += piece.bytesize
    end
  end

  private

  def attempt(path)
    yield
    true
  rescue Aws::Errors::ServiceError, Aws::Errors::MissingCredentialsError, Aws::Errors::MissingRegionError,
         Seahorse::Client::NetworkingError, SystemCallError => error
    warn "ship-logs: #{path}: #{error.class}: #{error.message}"
    false
  end

  def ship_rest(path, file, mark, live:)
    loop do
      file.seek(mark["offset"])
      piece = cut(file.read(mark.dig("pending", "size") || @piece), live: live, settled: mark.key?("pending"))
      break if piece.nil?

      mark["inode"] = file.stat.ino
      mark["pending"] ||= { "key" => key_for(File.basename(path), mark["offset"]), "size" => piece.bytesize }
      yield mark
      put(mark["pending"]["key"], piece)
      mark["offset"] += piece.bytesize
      mark.delete("pending")
      mark.merge!(head_of(file, mark["offset"]))
      yield mark
    end
  end

  # Whole lines, unless the file grows no more or a line is longer than a piece: the rest comes with the next run.
  def cut(piece, live:, settled:)
    return piece if piece.nil? || settled || !live

    whole = piece.rindex("\n")
    return piece[0..whole] if whole

    piece if piece.bytesize >= @piece
  end

  def put(key, piece)
    packed = StringIO.new("".b)
    Zlib::GzipWriter.new(packed).tap { |gzip| gzip.write(piece) }.finish
    client.put_object(bucket: @bucket, key: key, body: packed.string, content_type: "application/gzip")
    puts "shipped #{piece.bytesize} bytes to #{key}"
  end

  # Made at the first need: most runs of a quiet host have nothing to send.
  def client
    @client ||= Aws::S3::Client.new(force_path_style: own_endpoint?)
  end

  # A stand-in for S3 has one name for all buckets.
  def own_endpoint?
    endpoint = ENV["AWS_ENDPOINT_URL_S3"] || ENV["AWS_ENDPOINT_URL"]
    !endpoint.to_s.empty? && !endpoint.match?(/\.amazonaws\.com(\.cn)?(:\d+)?\/?\z/)
  end

  def key_for(name, offset)
    now = Time.now.utc
    format("logs/%s/%s/%s-%s-%d.gz", now.strftime("%Y/%m/%d"), @instance, name, now.strftime("%H%M%S"), offset)
  end

  # Truncated files are shorter than what was read; a new file in an old inode begins differently.
  def same_file?(mark, file)
    return false unless mark["inode"] == file.stat.ino && mark["offset"] <= file.size

    mark["head"].nil? || head_of(file, mark["head_size"])["head"] == mark["head"]
  end

  def head_of(file, limit)
    size = [ limit, HEAD ].min
    file.seek(0)
    { "head" => Digest::SHA256.hexdigest(file.read(size).to_s), "head_size" => size }
  end

  def load_marks(path)
    JSON.parse(File.read(mark_file(path)))
  rescue Errno::ENOENT, JSON::ParserError
    []
  end

  def store_marks(path, marks)
    target = mark_file(path)
    File.open("#{target}.new", "w", 0o640) do |file|
      file.write(JSON.generate(marks.select { |mark| mark["inode"] }))
      file.fsync
    end
    File.rename("#{target}.new", target)
  end

  def mark_file(path)
    File.join(@state, "#{path.gsub(/[^A-Za-z0-9.]+/, "_")}-#{Digest::SHA256.hexdigest(path)[0, 8]}.json")
  end
end
