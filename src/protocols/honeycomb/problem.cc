// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/problem.h"

#include "base/json_writer.h"

namespace tracery::honeycomb {
namespace {

struct KindText {
  int status;
  std::string_view type;
  std::string_view title;
  std::string_view error;
};

KindText text_of(ProblemKind kind) {
  switch (kind) {
    case ProblemKind::kUnparseable:
      return {400, "unparseable", "The request body could not be parsed.",
              "could not parse request body"};
    case ProblemKind::kNotFound:
      return {404, "not-found", "The requested resource cannot be found.",
              "The requested resource cannot be found."};
    case ProblemKind::kConflict:
      return {409, "conflict",
              "Request could not be completed due to a conflict with the current state of the "
              "target resource.",
              "A resource by that name already exists."};
    case ProblemKind::kTooLarge:
      return {413, "payload-too-large", "Request body is too large.",
              "Body size is larger than maximum size of 100000 bytes"};
    case ProblemKind::kValidationFailed:
      return {422, "validation-failed", "The provided input is invalid.",
              "The provided input is invalid."};
    case ProblemKind::kRateLimited:
      return {429, "rate-limited", "You have exceeded your rate limit.",
              "You have exceeded your rate limit."};
  }
  return {500, "internal", "Internal error.", "Internal error."};
}

}  // namespace

int problem_status(ProblemKind kind) { return text_of(kind).status; }

std::string encode_problem(ProblemKind kind, std::string_view base_url, std::string_view error,
                           std::span<const FieldProblem> details) {
  const KindText text = text_of(kind);
  const std::string_view words = error.empty() ? text.error : error;
  JsonWriter out;
  out.begin_object();
  out.field("status", text.status);
  out.field("type",
            std::string_view(std::string(base_url) + "/problems/" + std::string(text.type)));
  out.field("title", text.title);
  out.field("error", words);
  out.field("detail", words);
  if (!details.empty()) {
    out.key("type_detail").begin_array();
    for (const FieldProblem& detail : details) {
      out.begin_object();
      out.field("field", std::string_view(detail.field));
      out.field("code", std::string_view(detail.code));
      out.field("description", std::string_view(detail.description));
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
  return out.take();
}

std::string encode_error(std::string_view error) {
  JsonWriter out;
  out.begin_object().field("error", error).end_object();
  return out.take();
}

}  // namespace tracery::honeycomb
