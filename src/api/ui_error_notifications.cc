// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/notification_delivery.h"
#include "api/ui_answers.h"
#include "app/errors.h"

namespace tracery::api {
namespace {

using nlohmann::json;

std::int64_t id_of(const Call& call) {
  const std::string& text = call.parameters.at(0);
  std::int64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

Result<app::NotificationRule> read_rule(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  app::NotificationRule rule;
  rule.project_id = int_member(body, "project_id");
  if (!services.errors->projects().find(rule.project_id)) {
    return Error{ErrorCode::kInvalid, "no such project"};
  }
  const std::string trigger = text_member(body, "trigger");
  const std::string channel = text_member(body, "channel");
  const auto known_trigger = app::parse_notification_trigger(trigger);
  if (!known_trigger) return Error{ErrorCode::kInvalid, "bad trigger: " + trigger};
  const auto known_channel = app::parse_notification_channel(channel);
  if (!known_channel) return Error{ErrorCode::kInvalid, "bad channel: " + channel};
  rule.trigger = *known_trigger;
  rule.channel = *known_channel;
  rule.environment = text_member(body, "environment");
  rule.level = text_member(body, "level", rule.level);
  rule.target = text_member(body, "target");
  rule.hourly_max = int_member(body, "hourly_max", rule.hourly_max);
  rule.ui_url = text_member(body, "ui_url");
  rule.enabled = bool_member(body, "enabled", true);
  if (rule.trigger == app::NotificationTrigger::kHighRate) {
    rule.rate_count = int_member(body, "rate_count");
    rule.rate_period_s = int_member(body, "rate_period_s");
  }
  TRACERY_TRY(app::check_rule(rule));
  return rule;
}

void write_rule(Services& services, JsonWriter& out, const app::NotificationRule& rule) {
  const auto project = services.errors->projects().find(rule.project_id);
  out.begin_object().field("id", rule.id).field("project_id", rule.project_id);
  out.field("project", project ? project->name : std::string());
  out.field("trigger", app::to_string(rule.trigger)).field("environment", rule.environment);
  out.field("level", rule.level).field("rate_count", rule.rate_count);
  out.field("rate_period_s", rule.rate_period_s).field("channel", app::to_string(rule.channel));
  out.field("target", rule.target).field("hourly_max", rule.hourly_max);
  out.field("ui_url", rule.ui_url).field("enabled", rule.enabled);
  const app::RuleOutcome outcome = services.errors->notifications().outcome(rule.id);
  out.field("sent", outcome.sent).field("failed", outcome.failed).key("last_sent_ms");
  if (outcome.last_sent_ns == 0) {
    out.null();
  } else {
    out.value(to_ms(outcome.last_sent_ns));
  }
  out.field("last_error", outcome.last_error).end_object();
}

Result<net::Response> list_rules(Services& services, const Call&) {
  JsonWriter out;
  out.begin_object().field("can_mail", services.errors->notifications().carrier().can_mail);
  out.key("rules").begin_array();
  for (const auto& rule : services.errors->notifications().rules().list()) {
    write_rule(services, out, rule);
  }
  return ui_json(200, out.end_array().end_object().take());
}

Result<net::Response> create_rule(Services& services, const Call& call) {
  auto rule = TRACERY_TRY(read_rule(services, call));
  const auto made = TRACERY_TRY(services.errors->notifications().rules().create(std::move(rule)));
  JsonWriter out;
  write_rule(services, out, made);
  return ui_json(201, out.take());
}

Result<net::Response> change_rule(Services& services, const Call& call) {
  auto rule = TRACERY_TRY(read_rule(services, call));
  rule.id = id_of(call);
  const auto changed =
      TRACERY_TRY(services.errors->notifications().rules().change(std::move(rule)));
  JsonWriter out;
  write_rule(services, out, changed);
  return ui_json(200, out.take());
}

Result<net::Response> remove_rule(Services& services, const Call& call) {
  TRACERY_TRY(services.errors->notifications().rules().remove(id_of(call)));
  return empty_response(204);
}

Result<net::Response> try_rule(Services& services, const Call& call) {
  const auto rule = TRACERY_TRY(read_rule(services, call));
  const Status sent = services.errors->notifications().carrier().send_test(rule);
  JsonWriter out;
  out.begin_object().field("sent", sent.ok());
  out.field("error", sent.ok() ? std::string() : sent.error().message).end_object();
  return ui_json(200, out.take());
}

}  // namespace

void add_ui_error_notification_routes(Router& router, Services& services) {
  const auto add = [&](const char* method, const char* path, auto work) {
    router.add(method, path, ui_handler(services, [&services, work](const Call& call) {
                 return work(services, call);
               }));
  };
  add("GET", "/ui/api/v1/errors/notifications", list_rules);
  add("POST", "/ui/api/v1/errors/notifications", create_rule);
  add("POST", "/ui/api/v1/errors/notifications/test", try_rule);
  add("PUT", "/ui/api/v1/errors/notifications/:id", change_rule);
  add("DELETE", "/ui/api/v1/errors/notifications/:id", remove_rule);
}

}  // namespace tracery::api
