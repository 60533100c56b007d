# Nothing inline, nothing from elsewhere: the pages need neither.
Rails.application.configure do
  config.content_security_policy do |policy|
    policy.default_src :none
    policy.img_src :self
    policy.style_src :self
    policy.form_action :self
    policy.base_uri :none
    policy.frame_ancestors :none
  end
end
