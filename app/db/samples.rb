# Something to look at: bin/rails runner db/samples.rb. Not seeds.rb, which db:prepare would run on its own.
# A second run changes nothing.
{
  "Shine Muscat / シャインマスカット" => "Seedless, sweet, eaten with the skin. 種がなく、皮ごと食べられます。",
  "Fuji / ふじ" => "An apple that keeps well. 日持ちのするりんごです。",
  "Unshu Mikan / 温州みかん" => "Peels by hand. 手でむけるみかんです。"
}.each do |name, description|
  Fruit.find_or_create_by!(name: name) { |fruit| fruit.description = description }
end
