// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "query/service_trace.h"
#include "query/trace_scan.h"

namespace tracery::query {

/// A number compared with a constant.
struct NumberTest {
  FilterOp op = FilterOp::kEqual;  ///< =, !=, <, <=, > or >=.
  double value = 0;
  bool accepts(double number) const;
};

/// A text compared with a constant.
struct TextTest {
  FilterOp op = FilterOp::kEqual;  ///< =, !=, contains, starts-with or ends-with.
  std::string value;
  bool accepts(std::string_view text) const;
};

/// Which services are meant; what is not given is any.
struct ServicePattern {
  std::optional<std::string> name, type, account;
};

/// A condition on one span where it stands in its trace.
struct SpanCondition {
  enum class Kind : std::uint8_t {
    kAlways,
    kAll,
    kAny,
    kNot,
    kRow,       ///< The event passes `row`.
    kFact,      ///< The rules say `fact` of it.
    kSeconds,   ///< Its duration.
    kRoot,      ///< It is the trace's root.
    kInferred,  ///< It stands for a service that did not report itself.
    kName,      ///< Of the service it stands for.
    kType,
  };
  Kind kind = Kind::kAlways;
  std::vector<SpanCondition> operands;
  RowTest row;
  SpanFact fact = SpanFact::kIsSpan;
  NumberTest seconds;
  TextTest text;
};

/// A condition on one step of a root cause's path.
struct CauseCondition {
  enum class Kind : std::uint8_t {
    kAlways,
    kAll,
    kAny,
    kNot,
    kFirst,     ///< The first of the path.
    kLast,      ///< The last of the path.
    kRemote,    ///< A call to another service.
    kInferred,  ///< Of a service that did not report itself.
    kIndex,     ///< Its place in the path, from 0.
    kCoverage,  ///< Its share of the root's time.
    kName,
    kType,
    kMessage,
  };
  Kind kind = Kind::kAlways;
  std::vector<CauseCondition> operands;
  NumberTest number;
  TextTest text;
};

enum class CauseKind : std::uint8_t { kResponseTime, kFault, kError };

/// A path of services as a pattern: see `matches_cause`. Members that are not given are any.
struct CausePattern {
  struct Entity {
    std::optional<std::string> name;
    std::optional<bool> remote;
    std::vector<std::pair<std::optional<std::string>, std::optional<std::string>>>
        exceptions;  ///< Name and message.
  };
  struct Service {
    std::optional<std::string> name, type, account;
    std::optional<bool> inferred;
    std::vector<Entity> entities;
  };
  std::vector<Service> services;
};

/// A condition on a whole trace.
struct TraceCondition {
  enum class Kind : std::uint8_t {
    kAlways,
    kAll,
    kAny,
    kNot,
    kRoot,      ///< The root meets `span`.
    kSome,      ///< Some span meets `span`.
    kSeconds,   ///< First start to last end.
    kService,   ///< A service of pattern `service` did work that meets `span`.
    kCall,      ///< A call from `service` to `callee` meets `span`, as the caller saw it.
    kCause,     ///< A step of a root cause of kind `cause` meets `step`.
    kCausePath  ///< A root cause of any kind looks like `path`.
  };
  enum class Step : std::uint8_t { kService, kEntity, kException };

  Kind kind = Kind::kAlways;
  std::vector<TraceCondition> operands;
  SpanCondition span;
  NumberTest seconds;
  ServicePattern service, callee;
  CauseKind cause = CauseKind::kFault;
  Step step_of = Step::kService;
  CauseCondition step;
  CausePattern path;
};

/// The tests of rows a condition asks for, in the order a TraceMatcher numbers them. kInvalid when
/// they are more than a scan can carry.
Result<std::vector<RowTest>> tests_of(const TraceCondition& condition);

/// The labels (bits of SpanLabels) that naming services takes, and deciding the condition, if any.
std::uint32_t labels_for(const std::optional<TraceCondition>& condition);

/// A test that some row of every trace that meets the condition passes; nothing when there is
/// none, as for a negation.
std::optional<RowTest> necessary_test(const TraceCondition& condition, const SpanRules& rules);

/// Decides conditions on traces of a scan that was made with their tests. Keeps what it learns of
/// texts; used by one thread.
class TraceMatcher {
 public:
  /// `first_test`: where the condition's tests begin among the scan's.
  TraceMatcher(const TraceCondition& condition, const SpanRules& rules, Symbols& symbols,
               std::size_t first_test = 0);
  ~TraceMatcher();
  TraceMatcher(TraceMatcher&& other) noexcept;

  bool matches(const ServiceTrace& trace);
  /// Whether a call is one that a condition of kind kCall names, and whether an entry, or a call
  /// that nobody answered, is work of a service that one of kind kService names.
  bool matches_call(const ServiceTrace& trace, const ServiceCall& call);
  bool matches_work(const ServiceTrace& trace, std::int32_t span);

 private:
  class Evaluation;
  std::unique_ptr<Evaluation> evaluation_;
};

}  // namespace tracery::query
