// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/event.h"
#include "protocols/xray/filter_expression.h"

namespace tracery::xray {

/// Decides filter expressions on the events of one trace by looking at them one after another: for
/// tests. Shares no code with the engine but the parser and the matching of JSON-free literals.
class FilterOracle {
 public:
  explicit FilterOracle(const std::vector<model::Event>& events);
  bool matches(const FilterExpression& expression) const;

 private:
  struct Span {
    const model::Event* event = nullptr;
    int parent = -1, entry = -1;
    std::string service;
    bool is_entry = false, is_call = false, is_answered = false;
  };
  struct Node {
    std::string name, type, account;
  };
  /// A span and the node it stands for.
  struct Subject {
    int span = 0;
    bool inferred = false;
    Node node;
  };
  struct Step {
    std::string name, type, message;
    double coverage = 0;
    bool remote = false, inferred = false;
    std::size_t index = 0, count = 0;
  };
  struct CauseService {
    Node node;
    bool inferred = false;
    std::vector<Step> entities;    ///< With their names as entities.
    std::vector<Step> exceptions;  ///< Of the same, where there are any.
  };

  std::string text(int span, const char* field) const;
  bool truth(int span, const char* field) const;
  double seconds(int span) const;
  std::optional<double> status(int span) const;
  bool fault(int span) const;
  bool error(int span) const;
  bool throttle(int span) const;
  void resolve(std::size_t span, std::vector<int>& state);
  Node entry_node(int span) const;
  Node callee_node(int span) const;

  bool any_span(const std::function<bool(int)>& holds) const;
  bool keyword(const FilterExpression& e, const Subject& subject) const;
  bool column_keyword(const FilterExpression& e, int span) const;
  bool annotation(const FilterExpression& e, int span) const;
  bool braces(const FilterExpression& e, const Subject& subject) const;
  bool inside(const FilterExpression& e, const Subject& subject) const;
  bool service(const FilterExpression& e) const;
  bool edge(const FilterExpression& e) const;
  std::vector<std::vector<CauseService>> causes(const std::string& kind) const;
  std::vector<int> path_to(int span) const;
  std::vector<CauseService> services_on(const std::vector<int>& path) const;
  bool root_cause(const FilterExpression& e) const;
  bool cause_step(const FilterExpression& e, const Step& step) const;
  bool cause_path(const FilterExpression& e) const;

  std::vector<Span> spans_;
  int root_ = -1;
};

}  // namespace tracery::xray
