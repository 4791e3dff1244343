// SPDX-License-Identifier: Apache-2.0
#include "app/error_occurrence.h"

#include "base/hex.h"
#include "base/json_writer.h"
#include "model/error_names.h"
#include "model/names.h"
#include "protocols/rollbar/stack_text.h"

namespace tracery::app {
namespace {

namespace names = model::names;

/// The first of the fields that says something.
std::string first_of(const model::Event& event, std::initializer_list<std::string_view> fields) {
  for (const std::string_view field : fields) {
    std::string text = text_field(event, field);
    if (!text.empty()) return text;
  }
  return {};
}

/// A log's severity in the inbox's words; spans and their events tell of errors.
std::string level_of(const model::Event& event) {
  const std::string severity = text_field(event, "severity");
  if (severity == "fatal") return "critical";
  if (severity == "warn") return "warning";
  if (severity == "info" || severity == "debug") return severity;
  return "error";
}

std::int64_t int_field(const model::Event& event, std::string_view name) {
  const auto* value = model::find_field(event, name);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr ? 0 : *number;
}

}  // namespace

std::string text_field(const model::Event& event, std::string_view name) {
  const auto* value = model::find_field(event, name);
  if (value == nullptr) return {};
  if (const auto* text = std::get_if<std::string>(value)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(value)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(value)) return JsonWriter().value(*real).take();
  if (const auto* truth = std::get_if<bool>(value)) return *truth ? "true" : "false";
  return {};
}

std::optional<rollbar::Report> report_of_exception(const model::Event& event) {
  const std::string type = text_field(event, names::kExceptionType);
  const std::string message = text_field(event, names::kExceptionMessage);
  if (type.empty() && message.empty()) return std::nullopt;
  rollbar::Report report;
  report.exceptions =
      rollbar::read_stack_text(text_field(event, names::kExceptionStacktrace), type, message);
  report.kind =
      report.exceptions.size() > 1 ? rollbar::ReportKind::kTraceChain : rollbar::ReportKind::kTrace;
  report.environment = first_of(event, {"deployment.environment.name", "deployment.environment"});
  if (report.environment.empty()) report.environment = "production";
  report.level = level_of(event);
  report.code_version = text_field(event, "service.version");
  report.language = text_field(event, "telemetry.sdk.language");
  report.platform = text_field(event, "os.type");
  report.framework = text_field(event, "library.name");
  report.context = first_of(event, {"http.route", "parent_name", names::kName});
  report.host = first_of(event, {"host.name", "container.id"});
  report.person = first_of(event, {"enduser.id", "user.id", "app.user_id"});
  report.trace_id = text_field(event, names::kTraceId);
  const std::string parent = text_field(event, names::kParentId);
  const bool is_span = text_field(event, names::kAnnotationType).empty() &&
                       text_field(event, names::kSignalType) == "trace";
  report.span_id = is_span ? text_field(event, names::kSpanId) : parent;
  report.time_ns = event.time_ns;
  return report;
}

std::string project_of_exception(const model::Event& event) {
  std::string service = text_field(event, names::kServiceName);
  return service.empty() ? event.dataset : service;
}

ItemKey key_by_rules(const rollbar::Report& report, const std::string& project, int version) {
  return rollbar::item_key(project, report.environment, version,
                           rollbar::grouping_text(report, version));
}

Occurrence describe_occurrence(const rollbar::Report& report, const std::string& project) {
  Occurrence occurrence;
  occurrence.time_ns = report.time_ns;
  occurrence.project = project;
  occurrence.environment = report.environment;
  occurrence.level = report.level;
  occurrence.title = rollbar::title_of(report);
  if (!report.exceptions.empty()) occurrence.exception_class = report.exceptions.front().type;
  occurrence.platform = report.platform;
  occurrence.framework = report.framework;
  occurrence.language = report.language;
  occurrence.version = report.code_version;
  occurrence.key = key_by_rules(report, project, rollbar::kGroupingVersion);
  return occurrence;
}

std::optional<rollbar::Report> report_of(const model::Event& event) {
  if (text_field(event, names::kSource) != "rollbar") return report_of_exception(event);
  const std::string document = text_field(event, names::kDocument);
  auto report = rollbar::read_report(R"({"data":)" + document + "}");
  if (!report.ok()) return std::nullopt;
  return *std::move(report);
}

std::optional<Occurrence> occurrence_of(const model::Event& event) {
  const auto report = report_of(event);
  if (!report) return std::nullopt;
  const bool is_rollbar = text_field(event, names::kSource) == "rollbar";
  const std::string project = is_rollbar ? event.dataset : project_of_exception(event);
  Occurrence occurrence = describe_occurrence(*report, project);
  occurrence.source = is_rollbar ? kFromRollbar : kFromOtlp;
  occurrence.id = int_field(event, names::kErrorId);
  occurrence.duplicate_of = int_field(event, names::kErrorDuplicateOf);
  occurrence.time_ns = event.time_ns;
  if (!from_hex(text_field(event, names::kErrorItem), occurrence.key)) return std::nullopt;
  for (int version = 1; version < rollbar::kGroupingVersion; ++version) {
    if (key_by_rules(*report, project, version) == occurrence.key) {
      occurrence.grouping_version = version;
    }
  }
  return occurrence;
}

}  // namespace tracery::app
