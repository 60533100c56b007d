require "socket"

# As much of S3 as the application speaks: PUT, GET, HEAD, DELETE and an empty list, over plain HTTP, in memory.
class StubS3
  attr_reader :objects, :requests

  def self.open
    stub = new
    yield stub
  ensure
    stub&.close
  end

  def initialize
    @objects, @requests = {}, []
    @server = TCPServer.new("127.0.0.1", 0)
    @thread = Thread.new { loop { Thread.new(@server.accept) { |socket| converse(socket) } } }
    @thread.report_on_exception = false
  end

  # By name and not by number: that is where the bucket would end up in the host name.
  def environment(host: "localhost")
    { "AWS_ENDPOINT_URL" => "http://#{host}:#{@server.addr[1]}", "AWS_ACCESS_KEY_ID" => "stub", "AWS_SECRET_ACCESS_KEY" => "stub",
      "AWS_REGION" => "ap-northeast-1" }
  end

  def close
    @thread.kill
    @server.close
  end

  private

  def converse(socket)
    while (line = socket.gets)
      verb, target = line.split
      headers = {}
      while (header = socket.gets&.chomp) && header != ""
        name, value = header.split(": ", 2)
        headers[name.downcase] = value
      end
      socket.write("HTTP/1.1 100 Continue\r\n\r\n") if headers["expect"]
      body = socket.read(headers["content-length"].to_i)
      @requests << [ verb, target, headers ]
      answer(socket, verb, target.split("?").first, target, body, headers)
    end
  rescue Errno::ECONNRESET, Errno::EPIPE
    nil
  ensure
    socket.close
  end

  def answer(socket, verb, path, target, body, headers)
    case verb
    when "PUT"
      @objects[path] = body
      reply(socket, 200, "", "ETag: \"x\"\r\n")
    when "DELETE"
      @objects.delete(path)
      reply(socket, 204, "")
    else
      return reply(socket, 200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>") if target.include?("?") && target.include?("prefix=")

      found = @objects[path]
      return reply(socket, 404, "", "", head: verb == "HEAD") unless found

      first, last = headers["range"].to_s.scan(/\d+/).map(&:to_i)
      found = found.byteslice(first..(last || -1)) if first
      reply(socket, first ? 206 : 200, found, "ETag: \"x\"\r\n", head: verb == "HEAD")
    end
  end

  def reply(socket, status, body, extra = "", head: false)
    socket.write("HTTP/1.1 #{status} X\r\nContent-Length: #{body.bytesize}\r\n#{extra}\r\n")
    socket.write(body) unless head
  end
end
