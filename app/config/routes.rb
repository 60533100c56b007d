Rails.application.routes.draw do
  # Answers 200 as soon as the application has booted; load balancers ask it.
  get "up" => "rails/health#show", as: :rails_health_check

  # Files come with the form, where they are looked at; Active Storage's way around it stays shut.
  match "rails/active_storage/direct_uploads", to: ->(_) { [ 404, { "content-type" => "text/plain" }, [ "Not Found\n" ] ] }, via: :all

  resources :fruits

  root "fruits#index"
end
