require "test_helper"
require "open3"

# Settings of production, asked of a process of its own, since they are read once at boot.
class ProductionTest < ActiveSupport::TestCase
  def in_production(code, environment = {})
    base = { "RAILS_ENV" => "production", "SECRET_KEY_BASE" => "x" * 64, "DATABASE_PATH" => ":memory:" }
    output, status = Open3.capture2e(base.merge(environment), "bin/rails", "runner", code, chdir: Rails.root.to_s)
    assert status.success?, output
    output.lines.last.to_s.strip
  end

  # What one process answers to these addresses, one after another: starting it takes longer than all of them.
  def answers_to(*addresses, **environment)
    code = <<~RUBY
      answers = #{addresses.inspect}.map do |address|
        env = Rack::MockRequest.env_for(address, "HTTP_HOST" => URI(address).host)
        status, headers = Rails.application.call(env)
        [status, headers["location"]].compact.join(" ")
      end
      puts answers.to_json
    RUBY
    JSON.parse(in_production(code, environment.transform_keys(&:to_s)))
  end

  test "answers only to its names, but tells its health to everyone" do
    addresses = [ "http://10.5.1.10/favicon", "http://fruit.example/favicon", "http://10.5.1.10/up" ]
    assert_equal [ "403", "404", "200" ], answers_to(*addresses, APP_HOSTS: "fruit.example")
  end

  test "moves to HTTPS when told, but never the health page" do
    answers = answers_to("http://fruit.example/", "http://fruit.example/up", FORCE_SSL: "1")
    assert_equal [ "301 https://fruit.example/", "200" ], answers
  end

  test "keeps pictures where the environment says" do
    assert_equal "amazon", in_production("puts ActiveStorage::Blob.service.name", "ACTIVE_STORAGE_SERVICE" => "amazon", "S3_BUCKET" => "b")
    assert_equal "local", in_production("puts ActiveStorage::Blob.service.name")
  end
end
