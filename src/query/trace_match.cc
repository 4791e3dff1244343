// SPDX-License-Identifier: Apache-2.0
#include "query/trace_match.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "query/root_cause.h"

namespace tracery::query {
namespace {

void collect(const SpanCondition& condition, std::vector<RowTest>& tests) {
  if (condition.kind == SpanCondition::Kind::kRow) tests.push_back(condition.row);
  for (const SpanCondition& operand : condition.operands) collect(operand, tests);
}

void collect(const TraceCondition& condition, std::vector<RowTest>& tests) {
  collect(condition.span, tests);
  for (const TraceCondition& operand : condition.operands) collect(operand, tests);
}

bool asks_for_causes(const TraceCondition& condition) {
  return condition.kind == TraceCondition::Kind::kCause ||
         condition.kind == TraceCondition::Kind::kCausePath ||
         std::any_of(condition.operands.begin(), condition.operands.end(), asks_for_causes);
}

/// Of tests that must all hold, one is enough: the first that compares for equality, else any.
bool is_narrow(const RowTest& test) {
  if (test.kind == RowTest::Kind::kFilter) return test.filter.op == FilterOp::kEqual;
  return test.kind == RowTest::Kind::kAny && !test.operands.empty() &&
         std::all_of(test.operands.begin(), test.operands.end(), is_narrow);
}

template <typename Condition>
std::optional<RowTest> necessary_of_all(const std::vector<Condition>& operands,
                                        const SpanRules& rules);
template <typename Condition>
std::optional<RowTest> necessary_of_any(const std::vector<Condition>& operands,
                                        const SpanRules& rules);

std::optional<RowTest> necessary(const SpanCondition& condition, const SpanRules& rules) {
  switch (condition.kind) {
    case SpanCondition::Kind::kRow: return condition.row;
    case SpanCondition::Kind::kFact: return rules.facts[static_cast<std::size_t>(condition.fact)];
    case SpanCondition::Kind::kAll: return necessary_of_all(condition.operands, rules);
    case SpanCondition::Kind::kAny: return necessary_of_any(condition.operands, rules);
    default: return std::nullopt;
  }
}

std::optional<RowTest> necessary(const TraceCondition& condition, const SpanRules& rules) {
  switch (condition.kind) {
    case TraceCondition::Kind::kRoot:
    case TraceCondition::Kind::kSome:
    case TraceCondition::Kind::kService:
    case TraceCondition::Kind::kCall: return necessary(condition.span, rules);
    case TraceCondition::Kind::kAll: return necessary_of_all(condition.operands, rules);
    case TraceCondition::Kind::kAny: return necessary_of_any(condition.operands, rules);
    default: return std::nullopt;
  }
}

template <typename Condition>
std::optional<RowTest> necessary_of_all(const std::vector<Condition>& operands,
                                        const SpanRules& rules) {
  std::optional<RowTest> best;
  for (const Condition& operand : operands) {
    auto test = necessary(operand, rules);
    if (test && (!best || (!is_narrow(*best) && is_narrow(*test)))) best = std::move(test);
  }
  return best;
}

template <typename Condition>
std::optional<RowTest> necessary_of_any(const std::vector<Condition>& operands,
                                        const SpanRules& rules) {
  std::vector<RowTest> tests;
  for (const Condition& operand : operands) {
    auto test = necessary(operand, rules);
    if (!test) return std::nullopt;
    tests.push_back(*std::move(test));
  }
  return RowTest::any(std::move(tests));
}

double seconds_of(std::int64_t ns) {
  return static_cast<double>(ns) / static_cast<double>(kNsPerSecond);
}

/// Evaluates an and, an or or a not over operands; `leaf` decides all other kinds.
template <typename Node, typename Leaf>
bool decide(const Node& node, Leaf&& leaf) {
  using Kind = decltype(node.kind);
  const auto holds = [&](const Node& operand) { return decide(operand, leaf); };
  switch (node.kind) {
    case Kind::kAlways: return true;
    case Kind::kAll: return std::all_of(node.operands.begin(), node.operands.end(), holds);
    case Kind::kAny: return std::any_of(node.operands.begin(), node.operands.end(), holds);
    case Kind::kNot: return !decide(node.operands.front(), leaf);
    default: return leaf(node);
  }
}

/// A text test that looks at each text once.
class CachedTextTest {
 public:
  explicit CachedTextTest(TextTest test) : test_(std::move(test)) {}
  bool accepts(std::uint32_t number, const Symbols& symbols) {
    if (number >= known_.size()) known_.resize(std::size_t{number} + 1, kUnknown);
    if (known_[number] == kUnknown) known_[number] = test_.accepts(symbols.text(number)) ? 1 : 0;
    return known_[number] == 1;
  }

 private:
  static constexpr std::uint8_t kUnknown = 2;
  TextTest test_;
  std::vector<std::uint8_t> known_;
};

/// A span condition whose tests are numbered.
struct SpanNode {
  SpanCondition::Kind kind;
  std::vector<SpanNode> operands;
  std::size_t test = 0;
  SpanFact fact;
  NumberTest seconds;
  mutable CachedTextTest text;
};

SpanNode number_tests(const SpanCondition& condition, std::size_t& next_test) {
  SpanNode node{
      condition.kind, {}, 0, condition.fact, condition.seconds, CachedTextTest(condition.text)};
  if (condition.kind == SpanCondition::Kind::kRow) node.test = next_test++;
  for (const SpanCondition& operand : condition.operands) {
    node.operands.push_back(number_tests(operand, next_test));
  }
  return node;
}

struct KeyPattern {
  std::optional<std::uint32_t> name, type, account;

  KeyPattern(const ServicePattern& pattern, Symbols& symbols) {
    if (pattern.name) name = symbols.number_of(*pattern.name);
    if (pattern.type) type = symbols.number_of(*pattern.type);
    if (pattern.account) account = symbols.number_of(*pattern.account);
  }
  bool accepts(const ServiceKey& key) const {
    return (!name || *name == key.name) && (!type || *type == key.type) &&
           (!account || *account == key.account);
  }
};

struct TraceNode {
  TraceCondition::Kind kind;
  std::vector<TraceNode> operands;
  SpanNode span;
  KeyPattern service, callee;
  const TraceCondition* condition;
};

TraceNode number_tests(const TraceCondition& condition, Symbols& symbols, std::size_t& next_test) {
  TraceNode node{condition.kind,
                 {},
                 number_tests(condition.span, next_test),
                 KeyPattern(condition.service, symbols),
                 KeyPattern(condition.callee, symbols),
                 &condition};
  for (const TraceCondition& operand : condition.operands) {
    node.operands.push_back(number_tests(operand, symbols, next_test));
  }
  return node;
}

/// A step of a root cause's path, as the conditions on it see it.
struct CauseStep {
  std::size_t index = 0;
  bool is_last = false, is_remote = false, is_inferred = false;
  double coverage = 0;
  std::string_view name, type, message;
};

}  // namespace

bool NumberTest::accepts(double number) const {
  switch (op) {
    case FilterOp::kEqual: return number == value;
    case FilterOp::kNotEqual: return number != value;
    case FilterOp::kLess: return number < value;
    case FilterOp::kLessEqual: return number <= value;
    case FilterOp::kGreater: return number > value;
    case FilterOp::kGreaterEqual: return number >= value;
    default: return false;
  }
}

bool TextTest::accepts(std::string_view text) const {
  switch (op) {
    case FilterOp::kEqual: return text == value;
    case FilterOp::kNotEqual: return text != value;
    case FilterOp::kContains: return text.find(value) != std::string_view::npos;
    case FilterOp::kStartsWith: return text.starts_with(value);
    case FilterOp::kEndsWith: return text.ends_with(value);
    default: return false;
  }
}

Result<std::vector<RowTest>> tests_of(const TraceCondition& condition) {
  std::vector<RowTest> tests;
  collect(condition, tests);
  constexpr std::size_t kMax = RowTester::kTestsMax - kSpanFacts;
  if (tests.size() > kMax) {
    return Error{ErrorCode::kInvalid,
                 "the condition has more tests than allowed: " + std::to_string(tests.size()) +
                     ", at most " + std::to_string(kMax)};
  }
  return tests;
}

std::uint32_t labels_for(const std::optional<TraceCondition>& condition) {
  std::uint32_t labels = ~0U;
  const auto leave_out = [&](SpanLabel label) { labels &= ~(1U << static_cast<unsigned>(label)); };
  leave_out(SpanLabel::kOperation);
  if (condition && asks_for_causes(*condition)) return labels;
  leave_out(SpanLabel::kName);
  leave_out(SpanLabel::kExceptionType);
  leave_out(SpanLabel::kExceptionMessage);
  return labels;
}

std::optional<RowTest> necessary_test(const TraceCondition& condition, const SpanRules& rules) {
  return necessary(condition, rules);
}

class TraceMatcher::Evaluation {
 public:
  Evaluation(const TraceCondition& condition, const SpanRules& rules, Symbols& symbols,
             std::size_t first_test)
      : condition_(condition),
        symbols_(symbols),
        namer_(rules, symbols),
        root_(number_tests(condition_, symbols, first_test)) {}

  bool matches(const ServiceTrace& trace) const {
    return decide(root_, [&](const TraceNode& node) { return holds(node, trace); });
  }

  bool matches_call(const ServiceTrace& trace, const ServiceCall& call) const {
    if (!root_.service.accepts(namer_.from(trace, call))) return false;
    const Subject subject{call.seen_by, call.is_inferred, namer_.to(trace, call)};
    return root_.callee.accepts(subject.key) && meets(root_.span, trace, subject);
  }

  bool matches_work(const ServiceTrace& trace, std::int32_t span) const {
    return is_work_of(root_, trace, span);
  }

 private:
  /// A span, and what it stands for.
  struct Subject {
    std::int32_t span;
    bool is_inferred;
    ServiceKey key;
  };

  bool meets(const SpanNode& condition, const ServiceTrace& trace, const Subject& subject) const {
    const TraceSpan& span = trace.spans[static_cast<std::size_t>(subject.span)];
    return decide(condition, [&](const SpanNode& node) {
      switch (node.kind) {
        case SpanCondition::Kind::kRow: return span.has_test(node.test);
        case SpanCondition::Kind::kFact: return span.has(node.fact);
        case SpanCondition::Kind::kSeconds:
          return !span.has(SpanFact::kUnfinished) &&
                 node.seconds.accepts(seconds_of(span.duration_ns()));
        case SpanCondition::Kind::kRoot: return subject.span == trace.root;
        case SpanCondition::Kind::kInferred: return subject.is_inferred;
        case SpanCondition::Kind::kName: return node.text.accepts(subject.key.name, symbols_);
        case SpanCondition::Kind::kType: return node.text.accepts(subject.key.type, symbols_);
        default: return false;
      }
    });
  }

  Subject entry_subject(const ServiceTrace& trace, std::int32_t span) const {
    return {span, false, namer_.of_entry(trace.spans[static_cast<std::size_t>(span)])};
  }

  bool is_work_of(const TraceNode& node, const ServiceTrace& trace, std::int32_t at) const {
    const TraceSpan& span = trace.spans[static_cast<std::size_t>(at)];
    const auto is_it = [&](const Subject& subject) {
      return node.service.accepts(subject.key) && meets(node.span, trace, subject);
    };
    if (span.is_entry) {
      const bool is_called =
          span.parent < 0 && (span.has(SpanFact::kEntry) || span.has(SpanFact::kServed));
      return is_it(entry_subject(trace, at)) ||
             (is_called && is_it({at, false, namer_.of_client(span)}));
    }
    const bool is_unanswered = span.has(SpanFact::kCall) && !span.is_answered && span.entry >= 0;
    return is_unanswered && is_it({at, true, namer_.of_callee(span)});
  }

  bool some_span(const TraceNode& node, const ServiceTrace& trace) const {
    for (std::size_t i = 0; i < trace.spans.size(); ++i) {
      if (meets(node.span, trace, {static_cast<std::int32_t>(i), false, {}})) return true;
    }
    return false;
  }

  bool some_work(const TraceNode& node, const ServiceTrace& trace) const {
    for (std::size_t i = 0; i < trace.spans.size(); ++i) {
      if (is_work_of(node, trace, static_cast<std::int32_t>(i))) return true;
    }
    return false;
  }

  bool some_call(const TraceNode& node, const ServiceTrace& trace) const {
    bool found = false;
    for_each_call(trace, [&](const ServiceCall& call) {
      if (found || !node.service.accepts(namer_.from(trace, call))) return;
      const Subject subject{call.seen_by, call.is_inferred, namer_.to(trace, call)};
      found = node.callee.accepts(subject.key) && meets(node.span, trace, subject);
    });
    return found;
  }

  bool holds(const TraceNode& node, const ServiceTrace& trace) const {
    switch (node.kind) {
      case TraceCondition::Kind::kRoot:
        return trace.root >= 0 && meets(node.span, trace, entry_subject(trace, trace.root));
      case TraceCondition::Kind::kSome: return some_span(node, trace);
      case TraceCondition::Kind::kSeconds:
        return node.condition->seconds.accepts(seconds_of(trace.end_ns() - trace.start_ns()));
      case TraceCondition::Kind::kService: return some_work(node, trace);
      case TraceCondition::Kind::kCall: return some_call(node, trace);
      case TraceCondition::Kind::kCause: return some_cause_step(*node.condition, trace);
      case TraceCondition::Kind::kCausePath: return some_cause_path(node.condition->path, trace);
      default: return false;
    }
  }

  std::string_view entity_name(const TraceSpan& span) const {
    return symbols_.text(span.is_entry ? span.label(SpanLabel::kService)
                                       : span.label(SpanLabel::kName));
  }

  std::vector<CauseStep> steps_of(const TraceCondition& condition, const ServiceTrace& trace,
                                  const RootCause& cause) const {
    std::vector<CauseStep> steps;
    for (const CauseService& service : cause.services) {
      if (condition.step_of == TraceCondition::Step::kService) {
        CauseStep step;
        step.is_inferred = service.is_inferred;
        step.is_remote = service.is_inferred;
        step.coverage = service.path.front().coverage;
        step.name = symbols_.text(service.key.name);
        step.type = symbols_.text(service.key.type);
        steps.push_back(step);
        continue;
      }
      for (const CauseEntity& entity : service.path) {
        const TraceSpan& span = trace.spans[static_cast<std::size_t>(entity.span)];
        CauseStep step;
        step.is_inferred = service.is_inferred;
        step.is_remote = entity.is_remote;
        step.coverage = entity.coverage;
        step.name = service.is_inferred ? std::string_view(symbols_.text(service.key.name))
                                        : entity_name(span);
        step.type = symbols_.text(service.key.type);
        step.message = symbols_.text(span.label(SpanLabel::kExceptionMessage));
        if (condition.step_of == TraceCondition::Step::kException) {
          const std::uint32_t exception = span.label(SpanLabel::kExceptionType);
          if (exception == 0 && step.message.empty()) continue;
          step.name = symbols_.text(exception);
        }
        steps.push_back(step);
      }
    }
    for (std::size_t i = 0; i < steps.size(); ++i) steps[i].index = i;
    if (!steps.empty()) steps.back().is_last = true;
    return steps;
  }

  static bool meets(const CauseCondition& condition, const CauseStep& step) {
    return decide(condition, [&](const CauseCondition& node) {
      switch (node.kind) {
        case CauseCondition::Kind::kFirst: return step.index == 0;
        case CauseCondition::Kind::kLast: return step.is_last;
        case CauseCondition::Kind::kRemote: return step.is_remote;
        case CauseCondition::Kind::kInferred: return step.is_inferred;
        case CauseCondition::Kind::kIndex:
          return node.number.accepts(static_cast<double>(step.index));
        case CauseCondition::Kind::kCoverage: return node.number.accepts(step.coverage);
        case CauseCondition::Kind::kName: return node.text.accepts(step.name);
        case CauseCondition::Kind::kType: return node.text.accepts(step.type);
        case CauseCondition::Kind::kMessage: return node.text.accepts(step.message);
        default: return false;
      }
    });
  }

  bool some_cause_step(const TraceCondition& condition, const ServiceTrace& trace) const {
    for (const RootCause& cause : find_root_causes(trace, condition.cause, namer_)) {
      for (const CauseStep& step : steps_of(condition, trace, cause)) {
        if (meets(condition.step, step)) return true;
      }
    }
    return false;
  }

  bool looks_like(const CausePattern::Entity& pattern, const ServiceTrace& trace,
                  const CauseService& service, const CauseEntity& entity) const {
    const TraceSpan& span = trace.spans[static_cast<std::size_t>(entity.span)];
    const std::string_view name =
        service.is_inferred ? std::string_view(symbols_.text(service.key.name)) : entity_name(span);
    if (pattern.name && *pattern.name != name) return false;
    if (pattern.remote && *pattern.remote != entity.is_remote) return false;
    const std::string& type = symbols_.text(span.label(SpanLabel::kExceptionType));
    const std::string& message = symbols_.text(span.label(SpanLabel::kExceptionMessage));
    return std::all_of(pattern.exceptions.begin(), pattern.exceptions.end(),
                       [&](const auto& exception) {
                         return (!exception.first || *exception.first == type) &&
                                (!exception.second || *exception.second == message);
                       });
  }

  bool looks_like(const CausePattern::Service& pattern, const ServiceTrace& trace,
                  const CauseService& service) const {
    if (pattern.name && *pattern.name != symbols_.text(service.key.name)) return false;
    if (pattern.type && *pattern.type != symbols_.text(service.key.type)) return false;
    if (pattern.account && *pattern.account != symbols_.text(service.key.account)) return false;
    if (pattern.inferred && *pattern.inferred != service.is_inferred) return false;
    if (pattern.entities.empty()) return true;
    return std::equal(pattern.entities.begin(), pattern.entities.end(), service.path.begin(),
                      service.path.end(), [&](const auto& entity_pattern, const auto& entity) {
                        return looks_like(entity_pattern, trace, service, entity);
                      });
  }

  bool some_cause_path(const CausePattern& pattern, const ServiceTrace& trace) const {
    for (const CauseKind kind : {CauseKind::kResponseTime, CauseKind::kFault, CauseKind::kError}) {
      for (const RootCause& cause : find_root_causes(trace, kind, namer_)) {
        if (pattern.services.empty()) return true;
        const bool is_it =
            std::equal(pattern.services.begin(), pattern.services.end(), cause.services.begin(),
                       cause.services.end(), [&](const auto& service_pattern, const auto& service) {
                         return looks_like(service_pattern, trace, service);
                       });
        if (is_it) return true;
      }
    }
    return false;
  }

  const TraceCondition condition_;
  Symbols& symbols_;
  ServiceNamer namer_;
  TraceNode root_;  ///< Points into condition_.
};

TraceMatcher::TraceMatcher(const TraceCondition& condition, const SpanRules& rules,
                           Symbols& symbols, std::size_t first_test)
    : evaluation_(std::make_unique<Evaluation>(condition, rules, symbols, first_test)) {}

TraceMatcher::~TraceMatcher() = default;
TraceMatcher::TraceMatcher(TraceMatcher&& other) noexcept = default;

bool TraceMatcher::matches(const ServiceTrace& trace) { return evaluation_->matches(trace); }

bool TraceMatcher::matches_call(const ServiceTrace& trace, const ServiceCall& call) {
  return evaluation_->matches_call(trace, call);
}

bool TraceMatcher::matches_work(const ServiceTrace& trace, std::int32_t span) {
  return evaluation_->matches_work(trace, span);
}

}  // namespace tracery::query
