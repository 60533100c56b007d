require "active_support/core_ext/integer/time"
require "request_log"

Rails.application.configure do
  config.enable_reloading = false
  config.eager_load = true
  config.consider_all_requests_local = false
  config.action_controller.perform_caching = true

  # Nginx serves public/ once it stands in front; until then Puma does.
  config.public_file_server.enabled = ENV["SERVE_STATIC"] == "1"
  config.public_file_server.headers = { "cache-control" => "public, max-age=#{1.year.to_i}" }

  config.active_storage.service = ENV.fetch("ACTIVE_STORAGE_SERVICE", "local").to_sym

  # Off until there is a certificate. The health check is plain HTTP in any case.
  config.force_ssl = ENV["FORCE_SSL"] == "1"
  health_check = ->(request) { request.path == "/up" }
  config.ssl_options = { redirect: { exclude: health_check } }

  # Which names the application answers to. Load balancers ask /up under the host's address.
  config.hosts = ENV.fetch("APP_HOSTS", "").split(",").map(&:strip).reject(&:empty?)
  config.host_authorization = { exclude: health_check }

  # Everything goes to standard output, and so to the journal: a line a request, with its id, none for the health check.
  $stdout.sync = true
  config.logger = ActiveSupport::TaggedLogging.logger($stdout)
  config.log_level = ENV.fetch("RAILS_LOG_LEVEL", "info")
  RequestLog.install(config, quiet: "/up") unless config.log_level.to_s == "debug"

  config.active_support.report_deprecations = false
  config.i18n.fallbacks = true
  config.active_record.dump_schema_after_migration = false
  config.active_record.attributes_for_inspect = [ :id ]
end
