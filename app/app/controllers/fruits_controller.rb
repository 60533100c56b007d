class FruitsController < ApplicationController
  before_action :set_fruit, only: %i[show edit update destroy]

  def index
    @fruits = Fruit.newest_first.with_attached_picture
  end

  def show
  end

  def new
    @fruit = Fruit.new
  end

  def edit
  end

  def create
    @fruit = Fruit.new(fruit_params)
    if @fruit.save
      redirect_to @fruit, notice: t(".done"), status: :see_other
    else
      render :new, status: :unprocessable_content
    end
  end

  def update
    if @fruit.update(fruit_params)
      redirect_to @fruit, notice: t(".done"), status: :see_other
    else
      render :edit, status: :unprocessable_content
    end
  end

  def destroy
    @fruit.destroy!
    redirect_to fruits_path, notice: t(".done"), status: :see_other
  end

  private

  def set_fruit
    @fruit = Fruit.find(params.expect(:id))
  end

  def fruit_params
    params.expect(fruit: %i[name description picture])
  end
end
