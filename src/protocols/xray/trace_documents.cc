// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/trace_documents.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "model/names.h"
#include "protocols/xray/ids.h"
#include "protocols/xray/inferred_segment.h"
#include "protocols/xray/names.h"
#include "protocols/xray/span_document.h"

namespace tracery::xray {
namespace {

using model::Event;
using model::Value;
using nlohmann::ordered_json;

/// Levels of subsegments that are put together; no app nests deeper, and readers recurse.
constexpr int kLevelsMax = 200;

bool has_field(const Event& event, std::string_view name) {
  return model::find_field(event, name) != nullptr;
}

bool is_true(const Event& event, std::string_view name) {
  const Value* value = model::find_field(event, name);
  return value != nullptr && *value == Value(true);
}

std::int64_t end_of(const Event& event) {
  const Value* value = model::find_field(event, model::names::kDurationMs);
  double duration_ms = 0;
  if (value != nullptr && std::holds_alternative<double>(*value)) {
    duration_ms = std::get<double>(*value);
  }
  return event.time_ns + static_cast<std::int64_t>(duration_ms * static_cast<double>(kNsPerMs));
}

/// A document on its way out.
struct Node {
  std::string id;
  std::string parent_id;
  std::int64_t start_ns = 0;
  bool is_segment = false;
  bool is_finished = true;
  std::string text;  ///< As it was sent; empty for what is made here.
  ordered_json json;

  /// Reads the text; false when it is no object, which no stored document is.
  bool parse() {
    if (!json.is_null()) return true;
    json = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    return json.is_object();
  }
};

/// Goes over a trace's events and collects its documents.
class Collector {
 public:
  explicit Collector(std::span<const Event> events) {
    for (const Event& event : events) note(event);
    for (const Event& event : events) take(event);
  }

  std::map<std::string, Node> segments;
  std::map<std::string, Node> subsegments;  ///< To be put into what is around them.
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;

 private:
  void note(const Event& event) {
    const std::string annotation_type = text_field(event, model::names::kAnnotationType);
    if (annotation_type.empty()) {
      const std::string id = text_field(event, model::names::kSpanId);
      if (id.empty()) return;
      spans_.insert(id);
      start_ns = spans_.size() == 1 ? event.time_ns : std::min(start_ns, event.time_ns);
      end_ns = std::max(end_ns, end_of(event));
    } else if (text_field(event, model::names::kName) == "exception") {
      exceptions_[text_field(event, model::names::kParentId)].push_back(&event);
    }
  }

  void take(const Event& event) {
    if (has_field(event, model::names::kAnnotationType)) return;
    Node node;
    node.id = text_field(event, model::names::kSpanId);
    if (node.id.empty()) return;
    node.parent_id = text_field(event, model::names::kParentId);
    node.start_ns = event.time_ns;
    const std::string entity = text_field(event, names::kEntity);
    if (entity.empty()) {
      take_foreign(event, std::move(node));
    } else if (has_field(event, model::names::kDocument)) {
      node.is_segment = entity == "segment";
      node.is_finished = !is_true(event, names::kInProgress);
      node.text = text_field(event, model::names::kDocument);
      keep(std::move(node));
    }
  }

  void take_foreign(const Event& event, Node node) {
    const std::string kind = text_field(event, model::names::kSpanKind);
    const bool has_parent = !node.parent_id.empty() && spans_.contains(node.parent_id);
    node.is_segment = kind == "server" || kind == "consumer" || !has_parent;
    node.json = write_span_document({&event, exceptions_[node.id], node.is_segment});
    keep(std::move(node));
  }

  /// Of documents with the same id a finished one counts, then the last.
  void keep(Node node) {
    auto& nodes = node.is_segment ? segments : subsegments;
    const auto found = nodes.find(node.id);
    if (found != nodes.end() && found->second.is_finished && !node.is_finished) return;
    const std::string id = node.id;
    nodes.insert_or_assign(id, std::move(node));
  }

  std::set<std::string> spans_;
  std::map<std::string, std::vector<const Event*>> exceptions_;
};

/// Puts subsegments into the entities they name as their parents.
class Joiner {
 public:
  explicit Joiner(std::map<std::string, Node>& subsegments) {
    for (auto& [id, node] : subsegments) {
      if (node.parse()) by_parent_[node.parent_id].push_back(&node);
    }
    for (auto& [parent, children] : by_parent_) {
      std::stable_sort(children.begin(), children.end(),
                       [](const Node* a, const Node* b) { return a->start_ns < b->start_ns; });
    }
  }

  /// True when something was put into `entity` or what is inside it.
  bool fill(ordered_json& entity, int level = 0) {
    if (by_parent_.empty() || level == kLevelsMax) return false;
    bool has_changed = false;
    const auto inner = entity.find("subsegments");
    const bool has_inner = inner != entity.end() && inner->is_array();
    if (has_inner) {
      for (ordered_json& each : *inner) {
        if (each.is_object()) has_changed |= fill(each, level + 1);
      }
    }
    auto children = by_parent_.extract(text_of(entity, "id"));
    if (children.empty()) return has_changed;
    if (!has_inner) entity["subsegments"] = ordered_json::array();
    for (Node* child : children.mapped()) {
      strip(child->json);
      fill(child->json, level + 1);
      add(entity["subsegments"], std::move(child->json));
    }
    return true;
  }

  /// What no entity has taken: those whose parents are nowhere come first.
  std::vector<Node*> rest() {
    std::set<std::string> ids;
    for (const auto& [parent, children] : by_parent_) {
      for (const Node* child : children) ids.insert(child->id);
    }
    std::vector<Node*> roots;
    std::vector<Node*> others;
    for (const auto& [parent, children] : by_parent_) {
      auto& kind = ids.contains(parent) ? others : roots;
      kind.insert(kind.end(), children.begin(), children.end());
    }
    roots.insert(roots.end(), others.begin(), others.end());
    return roots;
  }

  /// Takes one of `rest` for a document by itself; false when it went into an earlier one.
  bool release(const Node& node) {
    const auto found = by_parent_.find(node.parent_id);
    if (found == by_parent_.end()) return false;
    auto& children = found->second;
    if (std::erase(children, &node) == 0) return false;
    if (children.empty()) by_parent_.erase(found);
    return true;
  }

  static std::string text_of(const ordered_json& entity, const char* name) {
    const auto found = entity.find(name);
    return found != entity.end() && found->is_string() ? found->get<std::string>() : std::string();
  }

 private:
  static void strip(ordered_json& subsegment) {
    for (const char* name : {"trace_id", "parent_id", "type"}) subsegment.erase(name);
    const auto open = subsegment.find("in_progress");
    if (open != subsegment.end() && *open == false) subsegment.erase(open);
  }

  /// A subsegment sent apart replaces one of the same id, which was sent while it was open.
  static void add(ordered_json& list, ordered_json subsegment) {
    for (ordered_json& each : list) {
      if (each.is_object() && text_of(each, "id") == text_of(subsegment, "id")) {
        each = std::move(subsegment);
        return;
      }
    }
    list.push_back(std::move(subsegment));
  }

  std::map<std::string, std::vector<Node*>> by_parent_;
};

std::string write(const ordered_json& json) {
  // Stored text has had its bad UTF-8 mended; to be sure, dump() shall not throw.
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// Adds what a document needs that stands by itself.
void complete(Node& node, const std::string& trace_id) {
  node.json["trace_id"] = trace_id;
  if (!node.parent_id.empty()) node.json["parent_id"] = node.parent_id;
  if (!node.is_segment) node.json["type"] = "subsegment";
}

/// Segments for the calls inside `documents` that no segment answers.
std::vector<Node> infer_nodes(const std::map<std::string, Node>& segments,
                              const std::vector<Node*>& documents, const std::string& trace_id) {
  std::set<std::string> called;
  for (const auto& [id, segment] : segments) called.insert(segment.parent_id);
  std::vector<Node> inferred;
  for (const Node* document : documents) {
    for (InferredSegment& each : infer_segments(document->json, trace_id, called)) {
      Node node;
      node.id = std::move(each.id);
      node.start_ns = static_cast<std::int64_t>(each.start_time * 1e9);
      node.text = std::move(each.text);
      inferred.push_back(std::move(node));
    }
  }
  return inferred;
}

}  // namespace

TraceDocuments assemble_documents(const model::TraceId& trace_id, std::span<const Event> events) {
  Collector collected(events);
  Joiner joiner(collected.subsegments);
  const std::string id = format_document_trace_id(trace_id);
  std::vector<Node*> documents;
  for (auto& [segment_id, node] : collected.segments) {
    const bool is_made_here = node.text.empty();
    if (is_made_here) complete(node, id);
    const bool has_changed = node.parse() && joiner.fill(node.json);
    if (has_changed || is_made_here) node.text = write(node.json);
    documents.push_back(&node);
  }
  for (Node* node : joiner.rest()) {
    if (!joiner.release(*node)) continue;
    joiner.fill(node->json);
    complete(*node, id);
    node->text = write(node->json);
    documents.push_back(node);
  }
  std::vector<Node> inferred = infer_nodes(collected.segments, documents, id);
  for (Node& node : inferred) documents.push_back(&node);
  std::stable_sort(documents.begin(), documents.end(), [](const Node* a, const Node* b) {
    const bool a_is_root = a->parent_id.empty() && a->is_segment;
    const bool b_is_root = b->parent_id.empty() && b->is_segment;
    return a_is_root != b_is_root ? a_is_root : a->start_ns < b->start_ns;
  });
  TraceDocuments out;
  out.duration_seconds = std::round(static_cast<double>(std::max<std::int64_t>(
                                        collected.end_ns - collected.start_ns, 0)) /
                                    static_cast<double>(kNsPerUs)) /
                         1e6;
  for (Node* node : documents) out.segments.push_back({node->id, std::move(node->text)});
  return out;
}

}  // namespace tracery::xray
