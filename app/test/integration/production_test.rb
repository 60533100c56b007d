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

  def status_for(host, path, environment)
    in_production(<<~RUBY, environment)
      status, headers = Rails.application.call(Rack::MockRequest.env_for("http://#{host}#{path}", "HTTP_HOST" => "#{host}"))
      puts [status, headers["location"]].compact.join(" ")
    RUBY
  end

  test "answers only to its names, but tells its health to everyone" do
    hosts = { "APP_HOSTS" => "fruit.example" }
    assert_equal "403", status_for("10.5.1.10", "/favicon", hosts)
    assert_equal "404", status_for("fruit.example", "/favicon", hosts)
    assert_equal "200", status_for("10.5.1.10", "/up", hosts)
  end

  test "moves to HTTPS when told, but never the health page" do
    forced = { "FORCE_SSL" => "1" }
    assert_equal "301 https://fruit.example/", status_for("fruit.example", "/", forced)
    assert_equal "200", status_for("fruit.example", "/up", forced)
  end

  test "keeps pictures where the environment says" do
    assert_equal "amazon", in_production("puts ActiveStorage::Blob.service.name", "ACTIVE_STORAGE_SERVICE" => "amazon", "S3_BUCKET" => "b")
    assert_equal "local", in_production("puts ActiveStorage::Blob.service.name")
  end
end
