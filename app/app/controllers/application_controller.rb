class ApplicationController < ActionController::Base
  around_action :use_locale

  private

  def use_locale(&action)
    response.headers["vary"] = [ response.headers["vary"], "Accept-Language" ].compact.join(", ")
    I18n.with_locale(chosen_locale || preferred_locale || I18n.default_locale, &action)
  end

  # ?locale= wins, and stays on the links of the page.
  def default_url_options
    chosen_locale ? { locale: chosen_locale } : {}
  end

  def chosen_locale
    known_locale(params[:locale].to_s)
  end

  # "fr, en;q=0.5, ja;q=0.8" asks for Japanese when there is no French.
  def preferred_locale
    wishes = request.get_header("HTTP_ACCEPT_LANGUAGE").to_s.first(200).split(",").filter_map do |wish|
      language, quality = wish.strip.split(/\s*;\s*q=/)
      locale = known_locale(language.to_s[/\A[a-z]+/i].to_s.downcase)
      weight = (quality || 1).to_f
      [ locale, weight ] if locale && weight.positive?
    end
    wishes.each_with_index.min_by { |(_, weight), position| [ -weight, position ] }&.first&.first
  end

  def known_locale(name)
    I18n.available_locales.map(&:to_s).find { |locale| locale == name }
  end
end
