class Fruit < ApplicationRecord
  PICTURE_TYPES = %w[image/png image/jpeg image/webp image/gif].freeze
  PICTURE_LIMIT = 5.megabytes
  # A small file can unfold to gigabytes in memory.
  PIXEL_LIMIT = 50_000_000

  # No :purge_later here: what is deleted has to be gone from the bucket when the page answers, see #purge_picture.
  has_one_attached :picture do |picture|
    picture.variant :thumbnail, resize_to_limit: [ 320, 320 ]
    picture.variant :large, resize_to_limit: [ 960, 960 ]
  end

  validates :name, presence: true, length: { maximum: 100 }
  validates :description, length: { maximum: 2000 }
  validate :picture_is_a_picture

  before_destroy :purge_picture, prepend: true

  scope :newest_first, -> { order(created_at: :desc, id: :desc) }

  # The picture that is stored, and not one that was just refused by the validation.
  def stored_picture
    picture if picture.attached? && picture.blob.persisted?
  end

  private

  # Before the row goes: if the bucket does not answer, nothing is deleted and one can try again.
  def purge_picture
    return unless picture.attached?

    picture.blob.variant_records.each { |record| record.image.purge }
    picture.purge
  end

  # Found from the content alone: its name and the browser's word do not count.
  def picture_is_a_picture
    return unless attachment_changes["picture"] && picture.attached?

    upload = attachment_changes["picture"].attachable
    if !upload.respond_to?(:path)
      # A reference to something uploaded by another way, which nobody looked at.
      errors.add(:picture, :wrong_type)
    elsif picture.byte_size > PICTURE_LIMIT
      errors.add(:picture, :too_big, limit: PICTURE_LIMIT / 1.megabyte)
    elsif PICTURE_TYPES.exclude?(Marcel::MimeType.for(Pathname.new(upload.path)))
      errors.add(:picture, :wrong_type)
    else
      picture_is_readable(upload.path)
    end
  end

  def picture_is_readable(path)
    image = Vips::Image.new_from_file(path, access: :sequential)
    errors.add(:picture, :too_many_pixels, limit: PIXEL_LIMIT / 1_000_000) if image.width * image.height > PIXEL_LIMIT
  rescue Vips::Error
    errors.add(:picture, :unreadable)
  end
end
