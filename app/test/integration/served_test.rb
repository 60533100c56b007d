require "test_helper"
require "net/http"
require "open3"
require "socket"

# Puma itself, in production, on a socket, with its pictures in a bucket: as it runs on a host.
class ServedTest < ActiveSupport::TestCase
  # An empty database as a host gets it, made once: each test works on a copy.
  def self.database
    @database ||= Dir.mktmpdir.then do |directory|
      Minitest.after_run { FileUtils.remove_entry(directory) }
      path = "#{directory}/app.sqlite3"
      environment = { "RAILS_ENV" => "production", "SECRET_KEY_BASE" => "x" * 64, "DATABASE_PATH" => path }
      output, status = Open3.capture2e(environment, "bin/rails", "db:prepare", chdir: Rails.root.to_s)
      raise output unless status.success?

      path
    end
  end

  setup do
    @directory = Dir.mktmpdir
    @socket = "#{@directory}/puma.sock"
    @notify = Socket.new(:UNIX, :DGRAM).tap { |socket| socket.bind(Addrinfo.unix("#{@directory}/notify")) }
  end

  teardown do
    stop
    @notify.close
    FileUtils.remove_entry(@directory)
  end

  test "stores in the bucket, gives it back, and deletes it there" do
    StubS3.open do |s3|
      start(s3.environment.merge("ACTIVE_STORAGE_SERVICE" => "amazon", "S3_BUCKET" => "pictures"))
      bytes = picture_bytes(width: 500, height: 300)
      location = create("Apple", bytes)
      assert_equal [ bytes ], s3.objects.values.map(&:b)
      assert_match(%r{\A/pictures/[a-z0-9]{28}\z}, s3.objects.keys.first)

      page = request("GET", location).body
      links = page.scan(%r{(?:href|src)="([^"]*/rails/active_storage/[^"]*)"}).flatten
      original, variant = links.map { |link| request("GET", link.gsub("&amp;", "&")) }
      assert_equal bytes, original.body.b
      assert_equal "200", variant.code
      assert_equal 2, s3.objects.size

      assert_equal "303", submit(location, page, "_method" => "delete").code
      assert_empty s3.objects
    end
  end

  test "logs a line a request without secrets, none for its health, and keeps its database in WAL" do
    start
    assert_equal "200", request("GET", "/up").code
    answer = request("GET", "/?locale=ja&token=hidden")
    assert_equal "404", request("GET", "/nowhere%0Aforged").code
    id = answer["x-request-id"]
    log = stop.lines.grep(/\[\h{8}-/)
    # It ends with the listener that took the connection and the process that made it, which is this one.
    way = Regexp.escape(" via=unix:#{@socket} peer=#{Process.pid}")
    assert_equal 1, log.grep(/\[#{id}\] GET \/ 200 \d+ms \S+#{way}$/).size, log.join
    assert_empty log.grep(/up 200|hidden/)
    assert_empty log.grep(/\Aforged/)
    assert_equal "wal", SQLite3::Database.new("#{@directory}/app.sqlite3").get_first_value("PRAGMA journal_mode")
  end

  test "binds the socket alone, tells systemd when it is ready, and stays one process" do
    start("WEB_CONCURRENCY" => "1")
    assert_match(/READY=1/, @notice)
    ports = Dir["/proc/#{@pid}/fd/*"].filter_map { |fd| File.readlink(fd)[/socket:\[(\d+)\]/, 1] rescue nil }
    tcp = File.readlines("/proc/#{@pid}/net/tcp").drop(1).map(&:split).select { |row| row[3] == "0A" && ports.include?(row[9]) }
    assert_empty tcp
    assert_empty File.read("/proc/#{@pid}/task/#{@pid}/children").split
  end

  test "serves its own files when told to" do
    start("SERVE_STATIC" => "1")
    sheet = request("GET", "/").body[%r{/assets/application-\h+\.css}]
    assert sheet
    assert_equal "200", request("GET", "/icon.svg").code
    stop
    start
    assert_equal "404", request("GET", "/icon.svg").code
  end

  private

  def start(extra = {})
    environment = { "RAILS_ENV" => "production", "SECRET_KEY_BASE" => "x" * 64, "DATABASE_PATH" => "#{@directory}/app.sqlite3",
      "ACTIVE_STORAGE_ROOT" => "#{@directory}/storage", "PUMA_BIND" => "unix://#{@socket}", "NOTIFY_SOCKET" => "#{@directory}/notify" }.merge(extra)
    FileUtils.cp(self.class.database, environment["DATABASE_PATH"]) unless File.exist?(environment["DATABASE_PATH"])
    @pid = spawn(environment, "bundle", "exec", "puma", "-C", "config/puma.rb", chdir: Rails.root.to_s, %i[out err] => "#{@directory}/log")
    # A process that was stopped before has left its own words in the socket.
    loop do
      assert @notify.wait_readable(60), "not ready: #{File.read("#{@directory}/log")}"
      break if (@notice = @notify.recv(1024)).include?("READY=1")
    end
  end

  def stop
    if @pid
      Process.kill("TERM", @pid)
      # Ruby 3.3 now and then never returns from closing the socket; systemd's TimeoutStopSec is as short on the hosts.
      deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + 5
      until Process.wait(@pid, Process::WNOHANG)
        Process.kill("KILL", @pid) if Process.clock_gettime(Process::CLOCK_MONOTONIC) > deadline
        sleep 0.05
      end
      @pid = nil
    end
    File.exist?("#{@directory}/log") ? File.read("#{@directory}/log") : ""
  end

  def create(name, bytes)
    form = request("GET", "/fruits/new")
    boundary = "x-#{SecureRandom.hex(8)}"
    part = ->(field, value, more = "") { "--#{boundary}\r\nContent-Disposition: form-data; name=\"#{field}\"#{more}\r\n\r\n".b + value.b + "\r\n".b }
    body = part["authenticity_token", token(form.body)] + part["fruit[name]", name] +
      part["fruit[picture]", bytes, "; filename=\"a.png\"\r\nContent-Type: image/png"] + "--#{boundary}--\r\n"
    answer = request("POST", "/fruits", body, "Content-Type" => "multipart/form-data; boundary=#{boundary}")
    assert_equal "303", answer.code, answer.body
    URI(answer["location"]).path
  end

  def submit(path, page, fields)
    form = page[/<form[^>]*action="#{path}".*?<\/form>/m]
    request("POST", path, URI.encode_www_form(fields.merge("authenticity_token" => token(form))), "Content-Type" => "application/x-www-form-urlencoded")
  end

  def token(page) = CGI.unescapeHTML(page[/name="authenticity_token" value="([^"]*)"/, 1])

  def request(verb, target, body = nil, headers = {})
    target = target.sub(%r{\Ahttps?://[^/]+}, "")
    message = Net::HTTPGenericRequest.new(verb, !body.nil?, true, target, { "Host" => "fruit.example", "Cookie" => @cookie.to_s, "Accept-Encoding" => "identity" }.merge(headers))
    message.body = body if body
    io = Net::BufferedIO.new(UNIXSocket.new(@socket), read_timeout: 30)
    message["Connection"] = "close"
    message.exec(io, "1.1", target)
    answer = Net::HTTPResponse.read_new(io)
    answer.reading_body(io, true) { answer.body }
    @cookie = answer["set-cookie"].split(";").first if answer["set-cookie"]
    answer
  ensure
    io&.close
  end
end
