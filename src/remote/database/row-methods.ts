/**
 * Ruby methods that bring rows into one form, whichever database they come from, so that a count and a digest say
 * whether two tables are equal. What includes them has the constant BATCH.
 */
export const rowMethodsText = String.raw`
  # Rows and a digest over all of them, each in the same form whichever database it comes from.
  def facts_of(base, table)
    digest = Digest::SHA256.new
    count = 0
    each_batch(model(base, table)) do |rows|
      rows.each { |row| digest << line_of(row) }
      count += rows.size
    end
    [ count, digest.hexdigest[0, 16] ]
  end

  def line_of(row) = "#{JSON.generate(row.attributes.sort.to_h.transform_values { |value| plain(value) })}\n"

  def each_batch(model, &)
    return model.order(*model.column_names).to_a.each_slice(BATCH, &) if model.primary_key.nil?

    model.find_in_batches(batch_size: BATCH, &)
  end

  def plain(value)
    case value
    when Time, DateTime, ActiveSupport::TimeWithZone then value.utc.iso8601(6)
    when BigDecimal then value.to_s("F")
    when String then value.encoding == Encoding::BINARY ? [ value ].pack("m0") : value
    else value
    end
  end

  def model(base, table)
    Class.new(base) do
      self.table_name = table
      self.inheritance_column = nil
      self.record_timestamps = false
      def self.name = "Row"
    end
  end
`;
