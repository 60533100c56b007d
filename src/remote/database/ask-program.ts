export const askProgram = "/usr/local/lib/lecture05/ask-database.rb";

/** Asks the database past the application, with its client alone: Rails would take seconds to start. */
export const askProgramText = String.raw`# Asks the database that DATABASE_URL names. Usage: ask-database.rb count NAME | tls | tables
require "trilogy"
require "uri"

url = URI.parse(ENV.fetch("DATABASE_URL"))
client = Trilogy.new(
  host: url.host, port: url.port, username: url.user, password: URI.decode_www_form_component(url.password),
  database: url.path.delete_prefix("/"), ssl: true, ssl_mode: Trilogy::SSL_REQUIRED_NOVERIFY,
  connect_timeout: 5, read_timeout: 10
)
case ARGV.fetch(0)
when "count" then puts client.query("SELECT COUNT(*) FROM fruits WHERE name = '#{client.escape(ARGV.fetch(1))}'").rows.dig(0, 0)
when "tls" then puts client.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'").rows.dig(0, 1)
when "tables" then puts client.query("SHOW TABLES").rows.flatten.sort.join(" ")
end
`;
