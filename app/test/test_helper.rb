ENV["RAILS_ENV"] ||= "test"
require_relative "../config/environment"
require "rails/test_help"
require_relative "support/stub_s3"

module PictureHelper
  # A real picture, made by the library that the application itself uses.
  def picture_bytes(width: 40, height: 30)
    Vips::Image.gaussnoise(width, height).cast(:uchar).write_to_buffer(".png")
  end

  def uploaded_picture(bytes = picture_bytes, type: "image/png", name: "apple.png")
    file = Tempfile.new([ "picture", File.extname(name) ], binmode: true)
    file.write(bytes)
    file.rewind
    Rack::Test::UploadedFile.new(file, type, true, original_filename: name)
  end
end

class ActiveSupport::TestCase
  include PictureHelper
end
