class CreateFruits < ActiveRecord::Migration[8.1]
  def change
    create_table :fruits do |t|
      t.string :name, null: false, limit: 100
      t.text :description

      t.timestamps
    end
  end
end
