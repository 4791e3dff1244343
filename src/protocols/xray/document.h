// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/trace_id.h"

/// A segment document as plain values, between the JSON reader and the events. Views point into
/// the reader's memory. Absent texts are empty: SDKs send "" and null for what they do not have.
namespace tracery::xray {

/// A value that becomes a column as it is; text that is no view is JSON made from a list.
using Scalar = std::variant<bool, std::int64_t, double, std::string_view, std::string>;

/// A column's whole name and its value.
struct Attribute {
  std::string name;
  Scalar value;
};

struct Exception {
  std::string_view id, type, message;
  std::string_view cause;  ///< Id of the exception behind this one.
  std::optional<bool> remote;
  std::string stack;  ///< Rendered, one frame a line.
};

struct Link {
  std::string_view trace_id, id;
  std::vector<Attribute> attributes;
};

struct Http {
  std::string_view method, url, user_agent, client_ip;
  std::optional<std::int64_t> status, content_length;
  bool x_forwarded_for = false;
};

struct Sql {
  std::string_view database_type, query, user, connection_string, url;
};

/// A segment or subsegment.
struct Entity {
  std::int32_t parent = -1;  ///< Index of the entity around it; -1 for the document's root.
  bool is_segment = false;
  std::string_view name, id, trace_id, parent_id;
  std::string_view name_space;  ///< "namespace": "aws", "remote", or empty.
  std::string_view origin, user, resource_arn;
  std::optional<double> start, end;  ///< Seconds since the Unix epoch.
  bool in_progress = false, error = false, fault = false, throttle = false, traced = false;
  Http http;
  Sql sql;
  std::string_view cause_id, cause_text;  ///< Of a cause that lists no exceptions.
  std::string node_name, node_type;       ///< Of the thing a subsegment calls.
  std::vector<Attribute> attributes;      ///< From aws, service, sql, annotations and metadata.
  std::vector<Exception> exceptions;
  std::vector<Link> links;

  // Set by check_document.
  model::TraceId trace;
  std::string made_id;   ///< When a subsegment inside had none.
  std::string repaired;  ///< Codes of what was mended, joined by ", ".

  bool calls() const { return name_space == "aws" || name_space == "remote"; }
  std::string_view span_id() const { return made_id.empty() ? id : std::string_view(made_id); }
};

struct Document {
  std::string_view text;         ///< As it was sent.
  std::vector<Entity> entities;  ///< The root, then those inside, each before its own.
};

}  // namespace tracery::xray
