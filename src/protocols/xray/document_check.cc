// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/document_check.h"

#include <algorithm>
#include <cctype>

#include "base/hash.h"
#include "protocols/xray/ids.h"

namespace tracery::xray {
namespace {

constexpr std::size_t kDocumentBytesMax = 64 * 1024;           // AWS's limit.
constexpr std::size_t kLenientDocumentBytesMax = 1024 * 1024;  // What the store keeps whole.
constexpr std::size_t kNameCharactersMax = 200;

/// Letters beyond ASCII are all taken: which of them Unicode calls letters is not known here.
bool is_name_character(char c) {
  constexpr std::string_view kSigns = "_.:/%&#=+\\-@";
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0 || std::isspace(byte) != 0 ||
         kSigns.find(c) != std::string_view::npos;
}

bool is_valid_name(std::string_view name) {
  const auto characters = std::count_if(name.begin(), name.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  });
  return static_cast<std::size_t>(characters) <= kNameCharactersMax &&
         std::all_of(name.begin(), name.end(), is_name_character);
}

/// Goes through a document's entities, root first.
class Check {
 public:
  Check(Document& document, Validation validation)
      : document_(document), is_strict_(validation == Validation::kStrict) {}

  std::optional<Unprocessed> run() {
    if (document_.entities.empty()) return Unprocessed{{}, Problem::kMissingId, false, {}};
    const std::size_t bytes_max = is_strict_ ? kDocumentBytesMax : kLenientDocumentBytesMax;
    if (document_.text.size() > bytes_max) fail(Problem::kTooLarge, document_.entities[0]);
    for (Entity& entity : document_.entities) {
      if (!failure_) check(entity);
    }
    return failure_;
  }

 private:
  void check(Entity& entity) {
    check_id(entity);
    if (entity.parent < 0) {
      check_trace_id(entity);
      check_parent_id(entity);
    } else {
      entity.trace = parent_of(entity).trace;
    }
    if (entity.name.empty()) {
      if (mend(Problem::kMissingName, entity)) entity.name = "unknown";
    } else if (!is_valid_name(entity.name)) {
      mend(Problem::kInvalidName, entity);
    }
    check_times(entity);
  }

  void check_id(Entity& entity) {
    if (is_entity_id(entity.id)) return;
    const Problem problem = entity.id.empty() ? Problem::kMissingId : Problem::kInvalidId;
    if (entity.parent < 0) {
      fail(problem, entity);
    } else if (mend(problem, entity)) {
      entity.made_id = make_id(entity);
    }
  }

  /// The same for the same document, so that sending it again makes no second one.
  std::string make_id(const Entity& entity) const {
    const auto index = static_cast<std::uint64_t>(&entity - document_.entities.data());
    return make_entity_id(hash64(document_.entities[0].id, index));
  }

  void check_trace_id(Entity& entity) {
    if (const auto id = parse_document_trace_id(entity.trace_id)) {
      entity.trace = *id;
      return;
    }
    if (entity.trace_id.empty()) return fail(Problem::kMissingTraceId, entity);
    constexpr std::size_t kW3cLength = 32;
    const auto id = entity.trace_id.size() == kW3cLength ? model::parse_trace_id(entity.trace_id)
                                                         : std::nullopt;
    if (!id) return fail(Problem::kInvalidTraceId, entity);
    if (mend(Problem::kInvalidTraceId, entity)) entity.trace = *id;
  }

  void check_parent_id(Entity& entity) {
    if (entity.parent_id.empty()) {
      if (!entity.is_segment) mend(Problem::kMissingParentId, entity);
    } else if (!is_entity_id(entity.parent_id)) {
      if (mend(Problem::kInvalidParentId, entity)) entity.parent_id = {};
    }
  }

  void check_times(Entity& entity) {
    if (!entity.start) {
      if (entity.parent < 0) return fail(Problem::kMissingStartTime, entity);
      if (mend(Problem::kMissingStartTime, entity)) entity.start = parent_of(entity).start;
    }
    if (entity.end || entity.in_progress) return;
    if (mend(Problem::kMissingEndTime, entity)) entity.in_progress = true;
  }

  const Entity& parent_of(const Entity& entity) const {
    return document_.entities[static_cast<std::size_t>(entity.parent)];
  }

  void fail(Problem problem, const Entity& entity) {
    if (failure_) return;
    failure_ = Unprocessed{std::string(document_.entities[0].id), problem, !entity.is_segment, {}};
  }

  /// True when the problem is one to mend.
  bool mend(Problem problem, Entity& entity) {
    if (is_strict_) {
      fail(problem, entity);
      return false;
    }
    if (!entity.repaired.empty()) entity.repaired += ", ";
    entity.repaired += to_string(problem);
    return true;
  }

  Document& document_;
  bool is_strict_;
  std::optional<Unprocessed> failure_;
};

}  // namespace

std::optional<Unprocessed> check_document(Document& document, Validation validation) {
  return Check(document, validation).run();
}

}  // namespace tracery::xray
