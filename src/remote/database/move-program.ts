import { sharedDirectory } from "../paths.ts";
import { rowMethodsText } from "./row-methods.ts";

export const moveProgram = "/usr/local/lib/lecture05/move-database.rb";
/** What was moved, table by table, as it was counted on both sides before the switch. */
export const movedFile = `${sharedDirectory}/database/moved.json`;

/**
 * Moves the rows of the application's SQLite file into the database that DATABASE_URL names. Runs in the application
 * (rails runner), which is stopped meanwhile. All rows go in one transaction, which also holds the comparison and the
 * mark of who moved them: so there is nothing in between that a later run could take for whole.
 *
 * A mark of another host says that the rows are in use: then nothing is copied. A mark of this host, which has not
 * switched yet, says that an earlier run was cut off: the rows are copied anew, unless they are not the ones of then.
 */
export const moveProgramText = String.raw`# Moves the rows from SQLite to DATABASE_URL, once, and compares both sides. See lecture05's docs/application.md.
require "bigdecimal"
require "digest"
require "json"

class MoveDatabase
  class Source < ActiveRecord::Base
    self.abstract_class = true
  end

  INTERNAL = %w[schema_migrations ar_internal_metadata].freeze
  MARK = "lecture05_moved"
  BATCH = 500

  def initialize(host:, report:)
    @host, @report = host, report
    source = Rails.application.config.database_configuration.fetch(Rails.env)
    abort "config/database.yml names several databases; only one can be moved" if source.values.all?(Hash)
    Source.establish_connection(source)
    @target = ActiveRecord::Base.connection
  end

  def run
    mark = read_mark
    return tell("moved by another host") if mark && mark["host"] != @host

    load_schema unless mark
    compare_schemas
    tables = (Source.connection.tables - INTERNAL).sort
    refuse_later_rows(tables, mark) if mark
    facts = []
    ActiveRecord::Base.transaction do
      @target.disable_referential_integrity do
        tables.each { |table| copy(table) }
      end
      facts = tables.map { |table| { table: table, source: facts_of(Source, table), target: facts_of(ActiveRecord::Base, table) } }
      differing = facts.reject { |fact| fact[:source] == fact[:target] }
      unless differing.empty?
        abort "the rows differ after the copy: #{differing.map { |fact| "#{fact[:table]} #{fact[:source]} -> #{fact[:target]}" }.join(", ")}"
      end
      write_mark(digest_of(facts))
    end
    File.write("#{@report}.new", JSON.generate(facts))
    File.rename("#{@report}.new", @report)
    tell("moved: #{facts.map { |fact| "#{fact[:table]} #{fact[:source][0]}" }.join(", ")}")
  end

  private

  def tell(text) = puts(text)

  # Every table is made anew, so this must not happen once rows are there.
  def load_schema
    filled = (@target.tables - INTERNAL).select { |table| @target.select_value("SELECT 1 FROM #{@target.quote_table_name(table)} LIMIT 1") }
    abort "the database holds rows that were not moved from here: #{filled.join(", ")}" unless filled.empty?

    # An earlier try may have left the tables. The schema drops each before it makes it, which MySQL refuses where
    # another one refers to it.
    @target.disable_referential_integrity { (@target.tables - INTERNAL).each { |table| @target.drop_table(table) } }
    config = ActiveRecord::Base.connection_db_config
    ActiveRecord::Tasks::DatabaseTasks.load_schema(config)
  end

  def compare_schemas
    source, target = [ Source.connection, @target ].map { |connection| (connection.tables - INTERNAL).sort }
    abort "the tables differ: #{source.inspect} and #{target.inspect}" unless source == target
    versions = [ Source.connection, @target ].map { |connection| connection.select_values("SELECT version FROM schema_migrations").map(&:to_s).sort }
    abort "the migrations differ: #{versions.first.inspect} and #{versions.last.inspect}" unless versions.first == versions.last
  end

  def refuse_later_rows(tables, mark)
    now = digest_of(tables.map { |table| { table: table, target: facts_of(ActiveRecord::Base, table) } })
    return if now == mark["digest"]

    abort "the database holds rows that came after the move; they are not overwritten by those of SQLite"
  end

  def copy(table)
    to = model(ActiveRecord::Base, table)
    to.delete_all
    each_batch(model(Source, table)) { |rows| to.insert_all!(rows.map(&:attributes), record_timestamps: false) }
  end

  ${rowMethodsText.trim()}

  def digest_of(facts)
    Digest::SHA256.hexdigest(JSON.generate(facts.map { |fact| [ fact[:table], fact[:target] ] }))[0, 32]
  end

  def read_mark
    return unless @target.table_exists?("ar_internal_metadata")

    value = @target.select_value("SELECT value FROM ar_internal_metadata WHERE #{@target.quote_column_name("key")} = #{@target.quote(MARK)}")
    value && JSON.parse(value)
  end

  def write_mark(digest)
    key, value = @target.quote_column_name("key"), @target.quote(JSON.generate(host: @host, digest: digest))
    now = @target.quote(@target.quoted_date(Time.now.utc))
    @target.execute("DELETE FROM ar_internal_metadata WHERE #{key} = #{@target.quote(MARK)}")
    @target.execute("INSERT INTO ar_internal_metadata (#{key}, value, created_at, updated_at) VALUES (#{@target.quote(MARK)}, #{value}, #{now}, #{now})")
  end
end

MoveDatabase.new(host: ENV.fetch("MOVE_HOST"), report: ENV.fetch("MOVE_REPORT")).run
`;
