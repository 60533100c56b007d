# One line a request instead of Rails' five or more: verb, path, status, time, who asked and how it came, tagged with the
# request's id.
class RequestLog
  def self.install(config, quiet:)
    config.middleware.swap Rails::Rack::Logger, self, quiet: quiet
    config.action_view.logger = nil
    config.after_initialize do
      # Loading attaches them, so they have to be there before they can be taken off.
      %w[action_controller active_storage active_job].each { |framework| require "#{framework}/log_subscriber" }
      ActionController::LogSubscriber.detach_from :action_controller
      ActiveStorage::LogSubscriber.detach_from :active_storage
      ActiveJob::LogSubscriber.detach_from :active_job
    end
  end

  def initialize(app, quiet: nil, logger: nil)
    @app, @quiet, @logger = app, quiet, logger
  end

  def call(env)
    started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    request = ActionDispatch::Request.new(env)
    logger.tagged(request.request_id) do
      status, headers, body = @app.call(env)
      logger.info(line(request, status, started) + way(env)) unless request.path == @quiet && status == 200
      [ status, headers, body ]
    end
  end

  private

  def logger = @logger || Rails.logger

  # Without the query: it can hold what nobody should read. Inspected, so that no visitor can write lines of his own.
  def line(request, status, started)
    elapsed = ((Process.clock_gettime(Process::CLOCK_MONOTONIC) - started) * 1000).round
    "#{request.request_method} #{request.path.inspect[1..-2]} #{status} #{elapsed}ms #{client_of(request)}"
  end

  # Which listener took the connection and who is at its other end, as the kernel says, so that a request's way can be
  # proved: " via=unix:/run/lecture05/puma.sock peer=812" (a process id) or " via=tcp:127.0.0.1:3000 peer=127.0.0.1:40112".
  def way(env)
    socket = env["puma.socket"]&.to_io
    case socket
    when UNIXSocket then " via=unix:#{socket.local_address.unix_path} peer=#{peer_process(socket)}"
    when TCPSocket then " via=tcp:#{socket.local_address.inspect_sockaddr} peer=#{socket.remote_address.inspect_sockaddr}"
    else ""
    end
  rescue SystemCallError, IOError
    # The visitor has gone already.
    ""
  end

  # struct ucred begins with the process id (unix(7)); other systems than Linux have none.
  def peer_process(socket)
    defined?(Socket::SO_PEERCRED) ? socket.getsockopt(Socket::SOL_SOCKET, Socket::SO_PEERCRED).data.unpack1("i") : "-"
  end

  def client_of(request)
    request.remote_ip
  rescue ActionDispatch::RemoteIp::IpSpoofAttackError
    request.ip
  end
end
