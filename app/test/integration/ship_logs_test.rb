require "test_helper"
require "open3"
require "log_shipper"

class ShipLogsTest < ActiveSupport::TestCase
  setup do
    @directory = Dir.mktmpdir
    @log = File.join(@directory, "access.log")
    @sent = []
    @refuse = false
    @client = Aws::S3::Client.new(stub_responses: true, region: "ap-northeast-1")
    @client.stub_responses(:put_object, lambda { |context|
      next "ServiceUnavailable" if @refuse

      @sent << context.params
      {}
    })
  end

  teardown { FileUtils.remove_entry(@directory) }

  test "ships whole lines once, and only what is new the next time" do
    write "one\ntwo\nhalf"
    assert ship
    append " line\n"
    assert ship
    assert ship
    assert_equal [ "one\ntwo\n", "half line\n" ], bodies
    assert_match(%r{\Alogs/\d{4}/\d\d/\d\d/i-1/access\.log-\d{6}-0\.gz\z}, @sent.first[:key])
    assert_equal 2, @sent.map { |request| request[:key] }.uniq.size
  end

  test "finds the lines that came between the last run and a rotation" do
    write "one\n"
    ship
    append "two\nno line end"
    File.rename(@log, "#{@log}.1")
    write "three\n"
    ship
    ship
    assert_equal [ "one\n", "two\nno line end", "three\n" ], bodies
    assert_match(/access\.log\.1-/, @sent.second[:key])
  end

  test "starts anew with a truncated file, even one that has grown again" do
    write "old and long\n"
    ship
    write "x\n"
    ship
    write "other and much longer\n"
    ship
    assert_equal [ "old and long\n", "x\n", "other and much longer\n" ], bodies
  end

  test "sends the same bytes to the same key after a run that was cut off" do
    write "one\n"
    @refuse = true
    assert_not ship
    first = pending_key
    append "two\n"
    @refuse = false
    assert ship
    assert_equal [ "one\n", "two\n" ], bodies
    assert_equal first, @sent.first[:key]
  end

  test "cuts large files into pieces at the ends of lines" do
    write "aaaa\nbbbb\ncccc\n"
    assert ship(piece: 7)
    assert_equal [ "aaaa\n", "bbbb\n", "cccc\n" ], bodies
  end

  test "does not stop at a line longer than a piece" do
    write "#{"a" * 20}\n"
    assert ship(piece: 8)
    assert_equal "#{"a" * 20}\n", bodies.join
  end

  test "passes over a file that is not there, and goes on after one that fails" do
    write "one\n"
    assert_not ship(files: [ "/nonexistent/log", @directory, @log ])
    assert_equal [ "one\n" ], bodies
  end

  test "says what is not set" do
    output, status = Open3.capture2e({ "S3_BUCKET" => nil, "LOG_SHIP_STATE" => nil }, "bin/ship-logs", @log, chdir: Rails.root.to_s)
    assert_equal 2, status.exitstatus
    assert_match(/not set: S3_BUCKET, LOG_SHIP_STATE/, output)
  end

  test "speaks to the endpoint of the environment, from files and from standard input" do
    StubS3.open do |s3|
      write "from a file\n"
      environment = s3.environment.merge("S3_BUCKET" => "b", "LOG_SHIP_STATE" => "#{@directory}/state", "INSTANCE_ID" => "i-9",
        "LOG_SHIP_NAME" => "puma.log", "LOG_SHIP_FILES" => "#{@log} -")
      output, status = Open3.capture2e(environment, "bin/ship-logs", stdin_data: "from the journal\n", chdir: Rails.root.to_s)
      assert status.success?, output
      assert_equal [ "from a file\n", "from the journal\n" ], s3.objects.sort.map { |_, body| unpack(body) }
      assert s3.objects.keys.all? { |key| key.match?(%r{\A/b/logs/\d{4}/\d\d/\d\d/i-9/(access|puma)\.log-\d{6}-0\.gz\z}) }
    end
  end

  private

  def write(text) = File.write(@log, text)

  def append(text) = File.write(@log, text, mode: "a")

  def ship(files: [ @log ], **options)
    result = nil
    capture_io do
      result = LogShipper.new(bucket: "b", state: File.join(@directory, "state"), instance: "i-1", client: @client, **options).run(files)
    end
    result
  end

  def pending_key = JSON.parse(File.read(Dir["#{@directory}/state/*.json"].first)).first.dig("pending", "key")

  def bodies = @sent.map { |request| unpack(request[:body]) }

  def unpack(body) = Zlib::GzipReader.new(StringIO.new(body)).read
end
