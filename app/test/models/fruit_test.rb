require "test_helper"

class FruitTest < ActiveSupport::TestCase
  test "needs a name of at most 100 characters" do
    assert_not Fruit.new(name: "").valid?
    assert_not Fruit.new(name: "a" * 101).valid?
    assert Fruit.new(name: "a" * 100).valid?
  end

  test "takes a picture and makes a smaller one" do
    fruit = Fruit.create!(name: "Apple", picture: uploaded_picture(picture_bytes(width: 400, height: 200)))
    thumbnail = Vips::Image.new_from_buffer(fruit.picture.variant(:thumbnail).processed.download, "")
    assert_equal [ 320, 160 ], [ thumbnail.width, thumbnail.height ]
  end

  test "refuses what is no picture, whatever it is called" do
    fruit = Fruit.new(name: "Apple", picture: uploaded_picture("#!/bin/sh\n", name: "apple.png"))
    assert_not fruit.valid?
    assert fruit.errors.added?(:picture, :wrong_type)
  end

  test "refuses a picture over the limit" do
    fruit = Fruit.new(name: "Apple", picture: uploaded_picture(picture_bytes + "\0" * Fruit::PICTURE_LIMIT))
    assert_not fruit.valid?
    assert fruit.errors.of_kind?(:picture, :too_big)
  end

  test "takes its files along when it goes" do
    fruit = Fruit.create!(name: "Apple", picture: uploaded_picture)
    variant = fruit.picture.variant(:thumbnail).processed
    keys = [ fruit.picture.key, variant.key ]
    service = fruit.picture.blob.service
    assert(keys.all? { |key| service.exist?(key) })
    fruit.destroy!
    assert(keys.none? { |key| service.exist?(key) })
  end

  test "refuses a picture that only begins like one, and one that was uploaded past the form" do
    broken = Fruit.new(name: "Apple", picture: uploaded_picture(picture_bytes.first(20)))
    assert_not broken.valid?
    assert broken.errors.added?(:picture, :unreadable)

    blob = ActiveStorage::Blob.create_and_upload!(io: StringIO.new("<svg/>"), filename: "a.png", content_type: "image/png", identify: false)
    past = Fruit.new(name: "Apple", picture: blob.signed_id)
    assert_not past.valid?
    assert past.errors.added?(:picture, :wrong_type)
  end

  test "stays when the bucket does not answer" do
    fruit = Fruit.create!(name: "Apple", picture: uploaded_picture)
    service = fruit.picture.blob.service
    service.define_singleton_method(:delete) { |_key| raise IOError, "no answer" }
    assert_raises(IOError) { fruit.destroy! }
    assert Fruit.find(fruit.id).picture.attached?
  ensure
    service.singleton_class.remove_method(:delete)
  end

  test "drops the old file when another picture takes its place" do
    fruit = Fruit.create!(name: "Apple", picture: uploaded_picture)
    before = fruit.picture.key
    fruit.update!(picture: uploaded_picture)
    assert_not fruit.picture.blob.service.exist?(before)
    assert fruit.picture.blob.service.exist?(fruit.picture.key)
  end
end
