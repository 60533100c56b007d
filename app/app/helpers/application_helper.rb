require "socket"

module ApplicationHelper
  # Which machine answered: the point of the exercise, so every page says it.
  def served_by
    {
      host: ENV.fetch("HOST_NAME") { Socket.gethostname },
      zone: ENV["AVAILABILITY_ZONE"].presence || "–",
      release: ENV["APP_RELEASE"].presence || "–"
    }
  end
end
