require_relative "boot"

require "rails"
# Only what the application uses: each framework costs start-up time and memory.
require "active_model/railtie"
require "active_job/railtie"
require "active_record/railtie"
require "active_storage/engine"
require "action_controller/railtie"
require "action_view/railtie"
require "rails/test_unit/railtie"

$LOAD_PATH.unshift File.expand_path("../lib", __dir__)

Bundler.require(*Rails.groups)

module Lecture05
  class Application < Rails::Application
    config.load_defaults 8.1

    config.i18n.available_locales = %i[en ja]
    config.i18n.default_locale = :en

    # Pictures go through the application ("proxy"), so that browsers never need to reach the bucket.
    config.active_storage.resolve_model_to_route = :rails_storage_proxy
    config.active_storage.variant_processor = :vips

    # One host and few jobs: a queue would be one more part to run.
    config.active_job.queue_adapter = :inline

    # The model looks at the picture before it is stored; fetching it again to measure it would gain nothing.
    config.active_storage.analyzers = []
    config.active_storage.previewers = []

    config.generators.system_tests = nil
  end
end
