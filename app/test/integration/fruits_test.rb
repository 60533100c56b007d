require "test_helper"

class FruitsTest < ActionDispatch::IntegrationTest
  test "lists, creates, shows, edits and destroys" do
    get root_path
    assert_response :success
    assert_select ".empty"

    post fruits_path, params: { fruit: { name: "Apple", description: "Red", picture: uploaded_picture } }
    fruit = Fruit.last
    assert_redirected_to fruit
    follow_redirect!
    assert_select "h1", "Apple"
    assert_select ".picture img[alt=Apple]"

    patch fruit_path(fruit), params: { fruit: { name: "Pear" } }
    assert_equal "Pear", fruit.reload.name
    assert fruit.picture.attached?

    delete fruit_path(fruit)
    assert_redirected_to fruits_path
    assert_not Fruit.exists?(fruit.id)
  end

  test "gives back the same bytes through its own address" do
    bytes = picture_bytes
    fruit = Fruit.create!(name: "Apple", picture: uploaded_picture(bytes))
    get fruit_path(fruit)
    get css_select("a.picture").first["href"]
    assert_response :success
    assert_equal bytes, response.body.b
  end

  test "shows what was wrong, in the visitor's language" do
    post fruits_path, params: { fruit: { name: "" } }, headers: { "Accept-Language" => "ja,en;q=0.5" }
    assert_response :unprocessable_content
    assert_select ".errors li", "名前を入力してください"
    assert_select "html[lang=ja]"
    post fruits_path, params: { fruit: { name: "" } }, headers: { "Accept-Language" => "fr" }
    assert_select ".errors li", "Name can't be blank"
  end

  test "escapes what people type" do
    fruit = Fruit.create!(name: "<script>x</script>", description: "<img src=x onerror=y>")
    get fruit_path(fruit)
    assert_no_match(/<script>x/, response.body)
    assert_no_match(/onerror=y/, response.body)
  end

  test "says which host answered" do
    with_environment("HOST_NAME" => "ip-10-5-1-10", "AVAILABILITY_ZONE" => "ap-northeast-1a", "APP_RELEASE" => "0a1b2c") do
      get root_path
    end
    assert_select "footer dd", "ip-10-5-1-10"
    assert_select "footer dd", "ap-northeast-1a"
    assert_select "footer dd", "0a1b2c"
  end

  test "has a health page and refuses to be framed or scripted" do
    get rails_health_check_path
    assert_response :success
    get root_path
    assert_match(/default-src 'none'/, response.headers["content-security-policy"])
  end

  test "takes the language from the address first, then by the browser's weights, and keeps it on its links" do
    get root_path, headers: { "Accept-Language" => "fr, en;q=0.3, ja-JP;q=0.8" }
    assert_select "html[lang=ja]"
    assert_match(/Accept-Language/, response.headers["vary"])
    get root_path(locale: "en"), headers: { "Accept-Language" => "ja" }
    assert_select "html[lang=en]"
    assert_select "a[href='/fruits/new?locale=en']"
    get root_path(locale: "../etc"), headers: { "Accept-Language" => "ja;q=0" }
    assert_select "html[lang=en]"
  end

  test "says what is wrong with a picture and keeps showing the stored one" do
    fruit = Fruit.create!(name: "Apple", picture: uploaded_picture)
    patch fruit_path(fruit, locale: "ja"), params: { fruit: { picture: uploaded_picture("text", name: "a.png") } }
    assert_response :unprocessable_content
    assert_select ".errors li", "画像は PNG・JPEG・WebP・GIF のいずれかにしてください"
    assert fruit.reload.stored_picture
  end

  test "keeps Active Storage's upload by another way shut" do
    post "/rails/active_storage/direct_uploads", params: { blob: { filename: "a", byte_size: 1, checksum: "x" } }
    assert_response :not_found
    assert_equal 0, ActiveStorage::Blob.count
  end

  test "answers 404 for what is not there" do
    get fruit_path(0)
    assert_response :not_found
  end

  private

  def with_environment(values)
    before = values.keys.index_with { |key| ENV[key] }
    ENV.update(values)
    yield
  ensure
    ENV.update(before)
  end
end
