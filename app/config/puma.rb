# Binds exactly what PUMA_BIND says: tcp://127.0.0.1:3000 or unix:///run/lecture05/puma.sock, never both.
bind ENV.fetch("PUMA_BIND", "tcp://127.0.0.1:3000")

threads_count = ENV.fetch("RAILS_MAX_THREADS", 3).to_i
threads threads_count, threads_count

# One process: its memory fits a small instance. More than one shares the loaded application.
worker_count = ENV.fetch("WEB_CONCURRENCY", 1).to_i
# Said in both cases, or Puma reads the variable itself and sets a parent process beside the one worker.
workers worker_count > 1 ? worker_count : 0
preload_app! worker_count > 1

# Longer than the 60 s for which a load balancer keeps idle connections, or it meets closed ones: rare 502s.
persistent_timeout 75

# A stop that a stuck thread holds up ends after this many seconds; requests are long done by then.
force_shutdown_after 10

# Ruby 3.3 sometimes (1 stop in 10) never returns from closing the listening socket, with all requests done. A process
# that has had nothing to do for half a second after it was told to stop ends itself then, instead of being killed later.
unless worker_count > 1
  after_stopped do
    Thread.new do
      idle = 0
      loop do
        sleep 0.1
        stats = Puma.stats_hash
        idle = stats[:busy_threads].zero? && stats[:backlog].zero? ? idle + 1 : 0
        exit!(true) if idle >= 5
      end
    end
  end
end
