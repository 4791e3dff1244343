// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/testing/filter_oracle.h"

#include <algorithm>
#include <tuple>

#include <nlohmann/json.hpp>

namespace tracery::xray {
namespace {

using Kind = FilterExpression::Kind;
using LiteralKind = FilterLiteral::Kind;

const std::string* text_field(const model::Event& event, const std::string& name) {
  const auto* value = model::find_field(event, name);
  return value == nullptr ? nullptr : std::get_if<std::string>(value);
}

bool compare_text(const FilterExpression& e, const std::string& text) {
  const std::string& wanted = e.literal.text;
  switch (*e.op) {
    case FilterOperator::kEqual: return text == wanted;
    case FilterOperator::kNotEqual: return text != wanted;
    case FilterOperator::kContains: return text.find(wanted) != std::string::npos;
    case FilterOperator::kBeginsWith: return text.rfind(wanted, 0) == 0;
    case FilterOperator::kEndsWith:
      return text.size() >= wanted.size() &&
             text.compare(text.size() - wanted.size(), wanted.size(), wanted) == 0;
    default: return false;
  }
}

bool compare_number(const FilterExpression& e, double number) {
  const double wanted = e.literal.number;
  switch (*e.op) {
    case FilterOperator::kEqual: return number == wanted;
    case FilterOperator::kNotEqual: return number != wanted;
    case FilterOperator::kLess: return number < wanted;
    case FilterOperator::kLessEqual: return number <= wanted;
    case FilterOperator::kGreater: return number > wanted;
    case FilterOperator::kGreaterEqual: return number >= wanted;
    default: return false;
  }
}

bool wants_truth(const FilterExpression& e) {
  return !e.op || e.literal.truth == (*e.op == FilterOperator::kEqual);
}

/// A value compared as the expression says: only values of the literal's own kind can pass.
bool compare_value(const FilterExpression& e, const model::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return e.literal.kind == LiteralKind::kText && compare_text(e, *text);
  }
  if (const auto* truth = std::get_if<bool>(&value)) {
    return e.literal.kind == LiteralKind::kTruth && *truth == wants_truth(e);
  }
  if (e.literal.kind != LiteralKind::kNumber) return false;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return compare_number(e, static_cast<double>(*whole));
  }
  const auto* real = std::get_if<double>(&value);
  return real != nullptr && compare_number(e, *real);
}

bool fits(const std::optional<std::string>& wanted, const std::string& text) {
  return !wanted || *wanted == text;
}

}  // namespace

FilterOracle::FilterOracle(const std::vector<model::Event>& events) {
  for (const model::Event& event : events)
    spans_.push_back({&event, -1, -1, {}, false, false, false});
  std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) {
    return std::tuple(a.event->time_ns, *text_field(*a.event, "trace.span_id")) <
           std::tuple(b.event->time_ns, *text_field(*b.event, "trace.span_id"));
  });
  std::vector<int> state(spans_.size(), 0);
  for (std::size_t i = 0; i < spans_.size(); ++i) resolve(i, state);
  for (std::size_t i = spans_.size(); i-- > 0;) {
    if (spans_[i].is_entry && spans_[i].parent < 0) root_ = static_cast<int>(i);
  }
  for (std::size_t i = spans_.size(); i-- > 0 && root_ < 0;) {
    if (spans_[i].is_entry) root_ = static_cast<int>(i);
  }
}

void FilterOracle::resolve(std::size_t at, std::vector<int>& state) {
  if (state[at] != 0) return;
  state[at] = 1;
  Span& span = spans_[at];
  const int me = static_cast<int>(at);
  const std::string* parent_id = text_field(*span.event, "trace.parent_id");
  for (std::size_t i = 0; parent_id != nullptr && i < spans_.size(); ++i) {
    if (*text_field(*spans_[i].event, "trace.span_id") == *parent_id) {
      span.parent = static_cast<int>(i);
      resolve(i, state);
    }
  }
  const Span* parent = span.parent < 0 ? nullptr : &spans_[static_cast<std::size_t>(span.parent)];
  span.service = text(me, "service.name");
  if (span.service.empty() && parent != nullptr) span.service = parent->service;
  if (span.service.empty()) span.service = span.event->dataset;
  const std::string kind = text(me, "span.kind");
  span.is_call = kind == "client" || kind == "producer";
  const std::string entity = text(me, "aws.xray.entity");
  if (entity == "segment") {
    span.is_entry = true;
  } else if (entity != "subsegment") {
    const bool is_served = kind == "server" || kind == "consumer";
    span.is_entry =
        parent == nullptr || parent->service != span.service || (is_served && parent->is_call);
  }
  span.entry = span.is_entry ? me : parent != nullptr ? parent->entry : -1;
  if (span.is_entry && span.parent >= 0) {
    spans_[static_cast<std::size_t>(span.parent)].is_answered = true;
  }
}

std::string FilterOracle::text(int span, const char* field) const {
  const std::string* found = text_field(*spans_[static_cast<std::size_t>(span)].event, field);
  return found == nullptr ? "" : *found;
}

bool FilterOracle::truth(int span, const char* field) const {
  const auto* value = model::find_field(*spans_[static_cast<std::size_t>(span)].event, field);
  return value != nullptr && *value == model::Value(true);
}

double FilterOracle::seconds(int span) const {
  const auto* value =
      model::find_field(*spans_[static_cast<std::size_t>(span)].event, "duration_ms");
  return value == nullptr ? 0 : std::get<double>(*value) / 1000;
}

std::optional<double> FilterOracle::status(int span) const {
  for (const char* field : {"http.status_code", "http.response.status_code"}) {
    const auto* value = model::find_field(*spans_[static_cast<std::size_t>(span)].event, field);
    if (value != nullptr) return static_cast<double>(std::get<std::int64_t>(*value));
  }
  return std::nullopt;
}

bool FilterOracle::fault(int span) const {
  if (!text(span, "aws.xray.entity").empty()) return truth(span, "aws.xray.fault");
  const double code = status(span).value_or(0);
  return code >= 500 || (truth(span, "error") && !(code >= 400 && code < 500));
}

bool FilterOracle::error(int span) const {
  if (!text(span, "aws.xray.entity").empty()) return truth(span, "aws.xray.error");
  const double code = status(span).value_or(0);
  return code >= 400 && code < 500;
}

bool FilterOracle::throttle(int span) const {
  if (!text(span, "aws.xray.entity").empty()) return truth(span, "aws.xray.throttle");
  return status(span).value_or(0) == 429;
}

FilterOracle::Node FilterOracle::entry_node(int span) const {
  return {spans_[static_cast<std::size_t>(span)].service, text(span, "aws.xray.origin"),
          text(span, "cloud.account.id")};
}

FilterOracle::Node FilterOracle::callee_node(int span) const {
  Node node;
  node.name = text(span, "aws.xray.node.name");
  if (node.name.empty()) node.name = text(span, "peer.service");
  for (const char* url_field : {"url.full", "http.url"}) {
    const std::string url = text(span, url_field);
    if (!node.name.empty() || url.empty()) continue;
    const std::string rest = url.substr(url.find("://") + 3);
    node.name = rest.substr(0, rest.find('/'));
  }
  if (node.name.empty()) node.name = text(span, "name");
  node.type = text(span, "aws.xray.node.type");
  if (node.type.empty()) node.type = "remote";
  return node;
}

bool FilterOracle::any_span(const std::function<bool(int)>& holds) const {
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    if (holds(static_cast<int>(i))) return true;
  }
  return false;
}

bool FilterOracle::matches(const FilterExpression& e) const {
  const auto holds = [&](const FilterExpression& operand) { return matches(operand); };
  switch (e.kind) {
    case Kind::kAll: return std::all_of(e.operands.begin(), e.operands.end(), holds);
    case Kind::kAny: return std::any_of(e.operands.begin(), e.operands.end(), holds);
    case Kind::kNot: return !matches(e.operands[0]);
    case Kind::kAnnotation: return any_span([&](int span) { return annotation(e, span); });
    case Kind::kService: return service(e);
    case Kind::kEdge: return edge(e);
    case Kind::kRootCause: return root_cause(e);
    case Kind::kRootCauseJson: return cause_path(e) == (*e.op == FilterOperator::kEqual);
    case Kind::kGroup: return false;
    case Kind::kKeyword: break;
  }
  if (e.keyword == "duration") {
    std::int64_t first = spans_[0].event->time_ns;
    double last = 0;
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      const double start = static_cast<double>(spans_[i].event->time_ns - first) / 1e9;
      last = std::max(last, start + seconds(static_cast<int>(i)));
    }
    return !e.op || compare_number(e, last);
  }
  if (e.keyword == "partial") {
    return wants_truth(e) == any_span([&](int i) { return truth(i, "aws.xray.in_progress"); });
  }
  const bool is_of_any = e.keyword == "user" || e.keyword == "account.id";
  if (is_of_any) return any_span([&](int span) { return column_keyword(e, span); });
  return root_ >= 0 && keyword(e, {root_, false, entry_node(root_)});
}

bool FilterOracle::keyword(const FilterExpression& e, const Subject& subject) const {
  const int span = subject.span;
  const std::string& word = e.keyword;
  const auto truth_is = [&](bool holds) { return holds == wants_truth(e); };
  if (word == "ok") return truth_is(!fault(span) && !error(span) && !throttle(span));
  if (word == "fault") return truth_is(fault(span));
  if (word == "error") return truth_is(error(span));
  if (word == "throttle") return truth_is(throttle(span));
  if (word == "partial") return truth_is(truth(span, "aws.xray.in_progress"));
  if (word == "root") return truth_is(span == root_);
  if (word == "inferred") return truth_is(subject.inferred);
  if (word == "name" || word == "type") {
    const std::string& text = word == "name" ? subject.node.name : subject.node.type;
    return e.op ? compare_text(e, text) : !text.empty();
  }
  if (word == "responsetime" || word == "duration") {
    if (truth(span, "aws.xray.in_progress")) return false;
    return !e.op || compare_number(e, seconds(span));
  }
  return column_keyword(e, span);
}

bool FilterOracle::column_keyword(const FilterExpression& e, int span) const {
  static const std::map<std::string, std::vector<std::string>> kColumns = {
      {"http.url", {"http.url", "url.full"}},
      {"http.method", {"http.method", "http.request.method"}},
      {"http.status", {"http.status_code", "http.response.status_code"}},
      {"user", {"enduser.id"}},
      {"account.id", {"cloud.account.id"}},
  };
  for (const std::string& column : kColumns.at(e.keyword)) {
    const auto* value = model::find_field(*spans_[static_cast<std::size_t>(span)].event, column);
    if (value != nullptr && (!e.op || compare_value(e, *value))) return true;
  }
  return false;
}

bool FilterOracle::annotation(const FilterExpression& e, int span) const {
  const model::Event& event = *spans_[static_cast<std::size_t>(span)].event;
  const bool is_xray = model::find_field(event, "aws.xray.entity") != nullptr;
  const auto* value = model::find_field(event, (is_xray ? "annotation." : "") + e.keyword);
  if (value == nullptr) return false;
  return e.op ? compare_value(e, *value) : *value != model::Value(false);
}

bool FilterOracle::inside(const FilterExpression& e, const Subject& subject) const {
  const auto holds = [&](const FilterExpression& operand) { return inside(operand, subject); };
  switch (e.kind) {
    case Kind::kAll: return std::all_of(e.operands.begin(), e.operands.end(), holds);
    case Kind::kAny: return std::any_of(e.operands.begin(), e.operands.end(), holds);
    case Kind::kNot: return !inside(e.operands[0], subject);
    default: return keyword(e, subject);
  }
}

bool FilterOracle::braces(const FilterExpression& e, const Subject& subject) const {
  return e.operands.empty() || inside(e.operands[0], subject);
}

bool FilterOracle::service(const FilterExpression& e) const {
  const auto is_it = [&](const Subject& subject) {
    return fits(e.service.name, subject.node.name) && fits(e.service.type, subject.node.type) &&
           fits(e.service.account_id, subject.node.account) && braces(e, subject);
  };
  return any_span([&](int i) {
    const Span& span = spans_[static_cast<std::size_t>(i)];
    if (span.is_entry && is_it({i, false, entry_node(i)})) return true;
    const std::string kind = text(i, "span.kind");
    const bool is_called =
        span.is_entry && span.parent < 0 &&
        (text(i, "aws.xray.entity") == "segment" || kind == "server" || kind == "consumer");
    if (is_called && is_it({i, false, {span.service, "client", ""}})) return true;
    const bool is_inferred = span.is_call && !span.is_entry && !span.is_answered && span.entry >= 0;
    return is_inferred && is_it({i, true, callee_node(i)});
  });
}

bool FilterOracle::edge(const FilterExpression& e) const {
  const auto is_it = [&](const Node& from, const Subject& to) {
    return fits(e.service.name, from.name) && fits(e.service.type, from.type) &&
           fits(e.service.account_id, from.account) && fits(e.callee.name, to.node.name) &&
           fits(e.callee.type, to.node.type) && fits(e.callee.account_id, to.node.account) &&
           braces(e, to);
  };
  return any_span([&](int i) {
    const Span& span = spans_[static_cast<std::size_t>(i)];
    if (span.is_entry && span.parent >= 0) {
      const Span& parent = spans_[static_cast<std::size_t>(span.parent)];
      const int seen_by = parent.is_call ? span.parent : i;
      return parent.entry >= 0 && is_it(entry_node(parent.entry), {seen_by, false, entry_node(i)});
    }
    if (span.is_entry) {
      const std::string kind = text(i, "span.kind");
      const bool is_called =
          text(i, "aws.xray.entity") == "segment" || kind == "server" || kind == "consumer";
      return is_called && is_it({span.service, "client", ""}, {i, false, entry_node(i)});
    }
    return span.is_call && !span.is_answered && span.entry >= 0 &&
           is_it(entry_node(span.entry), {i, true, callee_node(i)});
  });
}

std::vector<int> FilterOracle::path_to(int span) const {
  std::vector<int> path;
  for (; span >= 0; span = spans_[static_cast<std::size_t>(span)].parent) {
    path.insert(path.begin(), span);
  }
  return path;
}

std::vector<FilterOracle::CauseService> FilterOracle::services_on(
    const std::vector<int>& path) const {
  std::vector<CauseService> services;
  const double whole = seconds(root_);
  const auto step_of = [&](int i, const std::string& name, bool inferred) {
    Step step;
    step.name = name;
    step.message = text(i, "exception.message");
    step.coverage = whole <= 0 ? 0 : std::min(1.0, seconds(i) / whole);
    step.inferred = inferred;
    return step;
  };
  const auto add = [&](CauseService& service, Step step, int i) {
    step.type = service.node.type;
    service.entities.push_back(step);
    const std::string exception = text(i, "exception.type");
    step.name = exception;
    const bool failed = fault(i) || error(i) || throttle(i);
    if (!failed) service.entities.back().message.clear();
    if (failed && (!exception.empty() || !step.message.empty())) {
      service.exceptions.push_back(step);
    }
  };
  for (const int i : path) {
    const Span& span = spans_[static_cast<std::size_t>(i)];
    if (span.is_entry || services.empty()) services.push_back({entry_node(i), false, {}, {}});
    Step step = step_of(i, span.is_entry ? span.service : text(i, "name"), false);
    step.remote = span.is_call && !span.is_entry;
    add(services.back(), step, i);
  }
  const Span& last = spans_[static_cast<std::size_t>(path.back())];
  if (last.is_call && !last.is_entry && !last.is_answered) {
    services.push_back({callee_node(path.back()), true, {}, {}});
    add(services.back(), step_of(path.back(), services.back().node.name, true), path.back());
  }
  return services;
}

std::vector<std::vector<FilterOracle::CauseService>> FilterOracle::causes(
    const std::string& kind) const {
  std::vector<std::vector<CauseService>> found;
  if (root_ < 0) return found;
  const auto children = [&](int of) {
    std::vector<int> all;
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      if (spans_[i].parent == of) all.push_back(static_cast<int>(i));
    }
    return all;
  };
  if (kind == "responsetime") {
    std::vector<int> path = {root_};
    for (;;) {
      int slowest = -1;
      for (const int child : children(path.back())) {
        if (slowest < 0 || seconds(child) > seconds(slowest)) slowest = child;
      }
      const double time = seconds(path.back());
      if (slowest < 0 || time <= 0 || seconds(slowest) / time < 0.5) break;
      path.push_back(slowest);
    }
    found.push_back(services_on(path));
    return found;
  }
  const auto flagged = [&](int i) { return kind == "fault" ? fault(i) : error(i) || throttle(i); };
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    const int span = static_cast<int>(i);
    const auto below = children(span);
    if (flagged(span) && std::none_of(below.begin(), below.end(), flagged)) {
      found.push_back(services_on(path_to(span)));
    }
  }
  return found;
}

bool FilterOracle::cause_step(const FilterExpression& e, const Step& step) const {
  const auto holds = [&](const FilterExpression& operand) { return cause_step(operand, step); };
  if (e.kind == Kind::kAll) return std::all_of(e.operands.begin(), e.operands.end(), holds);
  if (e.kind == Kind::kAny) return std::any_of(e.operands.begin(), e.operands.end(), holds);
  if (e.kind == Kind::kNot) return !cause_step(e.operands[0], step);
  const std::string& word = e.keyword;
  if (word == "first") return (step.index == 0) == wants_truth(e);
  if (word == "last") return (step.index + 1 == step.count) == wants_truth(e);
  if (word == "remote") return step.remote == wants_truth(e);
  if (word == "inferred") return step.inferred == wants_truth(e);
  if (word == "index") return !e.op || compare_number(e, static_cast<double>(step.index));
  if (word == "coverage") return !e.op || compare_number(e, step.coverage);
  const std::string& text = word == "name" ? step.name : word == "type" ? step.type : step.message;
  return e.op ? compare_text(e, text) : !text.empty();
}

bool FilterOracle::root_cause(const FilterExpression& e) const {
  const std::string kind = e.keyword.substr(0, e.keyword.find('.'));
  const std::string what = e.keyword.substr(kind.size() + 1);
  for (const auto& services : causes(kind)) {
    std::vector<Step> steps;
    for (const CauseService& service : services) {
      if (what == "service") {
        Step step = service.entities.front();
        step.name = service.node.name;
        step.message.clear();
        step.remote = service.inferred;
        steps.push_back(step);
      } else {
        const auto& more = what == "entity" ? service.entities : service.exceptions;
        steps.insert(steps.end(), more.begin(), more.end());
      }
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
      steps[i].index = i;
      steps[i].count = steps.size();
      if (e.operands.empty() || cause_step(e.operands[0], steps[i])) return true;
    }
  }
  return false;
}

bool FilterOracle::cause_path(const FilterExpression& e) const {
  const auto wanted = nlohmann::json::parse(e.literal.text);
  const auto service_fits = [](const nlohmann::json& json, const CauseService& service) {
    if (json.contains("Name") && json["Name"] != service.node.name) return false;
    if (!json.contains("EntityPath")) return true;
    const auto& path = json["EntityPath"];
    return std::equal(
        path.begin(), path.end(), service.entities.begin(), service.entities.end(),
        [](const nlohmann::json& entity, const Step& step) { return entity["Name"] == step.name; });
  };
  const auto found = [&](const nlohmann::json& cause) {
    for (const char* kind : {"responsetime", "fault", "error"}) {
      for (const auto& services : causes(kind)) {
        const auto& path = cause["Services"];
        if (std::equal(path.begin(), path.end(), services.begin(), services.end(), service_fits)) {
          return true;
        }
      }
    }
    return false;
  };
  return std::all_of(wanted.begin(), wanted.end(), found);
}

}  // namespace tracery::xray
