// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/document_reader.h"

#include <simdjson.h>

#include "base/utf8.h"
#include "protocols/xray/attribute_reader.h"
#include "protocols/xray/ids.h"
#include "protocols/xray/names.h"

namespace tracery::xray {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// Levels of metadata that become columns: namespace, key, and two of what is kept there.
constexpr unsigned kMetadataLevels = 4;

void read_frames(const element& stack, std::string& out) {
  array frames;
  if (stack.get(frames) != simdjson::SUCCESS) return;
  for (const element frame : frames) {
    object members;
    if (frame.get(members) != simdjson::SUCCESS) continue;
    std::string_view path;
    std::string_view label;
    std::optional<std::int64_t> line;
    for (const auto member : members) {
      if (member.key == "path") path = read_text(member.value);
      if (member.key == "label") label = read_text(member.value);
      if (member.key == "line") line = read_integer(member.value);
    }
    out += "\n    at ";
    out += label.empty() ? std::string_view("?") : label;
    out += " (";
    out += path;
    if (line) out += ':' + std::to_string(*line);
    out += ')';
  }
}

Exception read_exception(const object& members) {
  Exception exception;
  std::int64_t truncated = 0;
  std::string frames;
  for (const auto member : members) {
    if (member.key == "id") exception.id = read_text(member.value);
    if (member.key == "type") exception.type = read_text(member.value);
    if (member.key == "message") exception.message = read_text(member.value);
    if (member.key == "cause") exception.cause = read_text(member.value);
    if (member.key == "remote" && member.value.is_bool()) {
      exception.remote = read_truth(member.value);
    }
    if (member.key == "truncated") truncated = read_integer(member.value).value_or(0);
    if (member.key == "stack") read_frames(member.value, frames);
  }
  if (frames.empty()) return exception;
  exception.stack = std::string(exception.type);
  if (!exception.message.empty()) exception.stack += ": " + std::string(exception.message);
  exception.stack += frames;
  if (truncated > 0) exception.stack += "\n    ... " + std::to_string(truncated) + " more";
  return exception;
}

void read_cause(const element& cause, Entity& entity) {
  const std::string_view text = read_text(cause);
  (is_entity_id(text) ? entity.cause_id : entity.cause_text) = text;
  object members;
  if (cause.get(members) != simdjson::SUCCESS) return;
  for (const auto member : members) {
    array list;
    if (member.key == "id") entity.cause_id = read_text(member.value);
    if (member.key != "exceptions" || member.value.get(list) != simdjson::SUCCESS) continue;
    for (const element entry : list) {
      object exception;
      if (entry.get(exception) != simdjson::SUCCESS) continue;
      entity.exceptions.push_back(read_exception(exception));
    }
  }
  if (!entity.exceptions.empty()) entity.cause_id = {};
}

void read_request(const element& request, Entity& entity) {
  object members;
  if (request.get(members) != simdjson::SUCCESS) return;
  for (const auto member : members) {
    if (member.key == "method") entity.http.method = read_text(member.value);
    if (member.key == "url") entity.http.url = read_text(member.value);
    if (member.key == "user_agent") entity.http.user_agent = read_text(member.value);
    if (member.key == "client_ip") entity.http.client_ip = read_text(member.value);
    if (member.key == "x_forwarded_for") entity.http.x_forwarded_for = read_truth(member.value);
    if (member.key == "traced") entity.traced = entity.traced || read_truth(member.value);
  }
}

void read_http(const element& http, Entity& entity) {
  object members;
  if (http.get(members) != simdjson::SUCCESS) return;
  for (const auto member : members) {
    if (member.key == "request") read_request(member.value, entity);
    object response;
    if (member.key != "response" || member.value.get(response) != simdjson::SUCCESS) continue;
    for (const auto field : response) {
      if (field.key == "status") entity.http.status = read_integer(field.value);
      if (field.key == "content_length") entity.http.content_length = read_integer(field.value);
    }
  }
}

void read_sql(const element& sql, Entity& entity) {
  object members;
  if (sql.get(members) != simdjson::SUCCESS) return;
  for (const auto member : members) {
    if (member.key == "database_type") {
      entity.sql.database_type = read_text(member.value);
    } else if (member.key == "sanitized_query") {
      entity.sql.query = read_text(member.value);
    } else if (member.key == "user") {
      entity.sql.user = read_text(member.value);
    } else if (member.key == "connection_string") {
      entity.sql.connection_string = read_text(member.value);
    } else {
      if (member.key == "url") entity.sql.url = read_text(member.value);
      read_attributes("sql." + std::string(member.key), member.value, 0, entity.attributes);
    }
  }
}

void read_links(const element& links, Entity& entity) {
  array list;
  if (links.get(list) != simdjson::SUCCESS) return;
  for (const element entry : list) {
    object members;
    if (entry.get(members) != simdjson::SUCCESS) continue;
    Link link;
    for (const auto member : members) {
      if (member.key == "trace_id") link.trace_id = read_text(member.value);
      if (member.key == "id") link.id = read_text(member.value);
      object attributes;
      if (member.key != "attributes" || member.value.get(attributes) != simdjson::SUCCESS) continue;
      for (const auto attribute : attributes) {
        if (attribute.key.empty()) continue;
        read_attributes(attribute.key, attribute.value, 0, link.attributes);
      }
    }
    entity.links.push_back(std::move(link));
  }
}

/// The node a calling subsegment stands for until a segment answers. `aws` may be null.
void read_node(const object* aws, bool has_sql, Entity& entity) {
  std::string_view table;
  std::string_view queue;
  std::string_view resource;
  if (aws != nullptr) {
    for (const auto member : *aws) {
      if (member.key == "table_name") table = read_text(member.value);
      if (member.key == "queue_url") queue = read_text(member.value);
      array resources;
      if (member.key == "resource_names" && member.value.get(resources) == simdjson::SUCCESS) {
        for (const element name : resources) {
          if (resource.empty()) resource = read_text(name);
        }
      }
    }
  }
  // The SDK for Go writes the name in lower case.
  if (table.empty() && (entity.name == "DynamoDB" || entity.name == "dynamodb")) table = resource;
  entity.node_name = entity.name;
  if (entity.name_space != "aws") {
    entity.node_type = has_sql ? "Database::SQL" : "remote";
  } else if (!table.empty()) {
    entity.node_type = "AWS::DynamoDB::Table";
    entity.node_name = table;
  } else if (!queue.empty()) {
    entity.node_type = "AWS::SQS::Queue";
    entity.node_name = queue;
  } else {
    entity.node_type = "AWS::" + std::string(entity.name);
  }
}

/// Blocks whose meaning depends on other members, kept until all of those are read.
struct Blocks {
  std::optional<element> aws, sql, annotations, metadata, service, subsegments;
};

/// True when `key` was one of the members that are plain values.
bool read_plain_member(std::string_view key, const element& value, Entity& entity) {
  if (key == "name") return entity.name = read_text(value), true;
  if (key == "id") return entity.id = read_text(value), true;
  if (key == "trace_id") return entity.trace_id = read_text(value), true;
  if (key == "parent_id") return entity.parent_id = read_text(value), true;
  if (key == "start_time") return entity.start = read_number(value), true;
  if (key == "end_time") return entity.end = read_number(value), true;
  if (key == "in_progress") return entity.in_progress = read_truth(value), true;
  if (key == "error") return entity.error = read_truth(value), true;
  if (key == "fault") return entity.fault = read_truth(value), true;
  if (key == "throttle") return entity.throttle = read_truth(value), true;
  if (key == "namespace") return entity.name_space = read_text(value), true;
  if (key == "type") return entity.is_segment = read_text(value) != "subsegment", true;
  if (key == "user") return entity.user = read_text(value), true;
  if (key == "origin") return entity.origin = read_text(value), true;
  if (key == "resource_arn") return entity.resource_arn = read_text(value), true;
  if (key == "traced") return entity.traced = entity.traced || read_truth(value), true;
  return false;
}

void read_block(std::string_view key, const element& value, Entity& entity, Blocks& blocks) {
  if (key == "http") return read_http(value, entity);
  if (key == "cause") return read_cause(value, entity);
  if (key == "links") return read_links(value, entity);
  if (key == "aws") blocks.aws = value;
  if (key == "sql") blocks.sql = value;
  if (key == "annotations") blocks.annotations = value;
  if (key == "metadata") blocks.metadata = value;
  if (key == "service") blocks.service = value;
  if (key == "subsegments") blocks.subsegments = value;
}

void read_blocks(const Blocks& blocks, Entity& entity) {
  if (blocks.sql) read_sql(*blocks.sql, entity);
  if (blocks.service && entity.is_segment) read_service(*blocks.service, entity.attributes);
  object aws;
  const bool has_aws = blocks.aws && blocks.aws->get(aws) == simdjson::SUCCESS;
  if (entity.calls()) read_node(has_aws ? &aws : nullptr, blocks.sql.has_value(), entity);
  if (has_aws && entity.is_segment) read_segment_aws(*blocks.aws, entity.attributes);
  if (has_aws && !entity.is_segment) read_attributes("aws", *blocks.aws, 2, entity.attributes);
  if (blocks.annotations) read_attributes("annotation", *blocks.annotations, 1, entity.attributes);
  if (blocks.metadata) {
    read_attributes("metadata", *blocks.metadata, kMetadataLevels, entity.attributes);
  }
}

void read_entity(const object& members, std::int32_t parent, std::vector<Entity>& out) {
  Entity entity;
  entity.parent = parent;
  entity.is_segment = true;
  Blocks blocks;
  for (const auto member : members) {
    if (!read_plain_member(member.key, member.value, entity)) {
      read_block(member.key, member.value, entity, blocks);
    }
  }
  if (parent >= 0) entity.is_segment = false;
  if (entity.name_space == "local") entity.name_space = {};
  read_blocks(blocks, entity);
  const auto index = static_cast<std::int32_t>(out.size());
  out.push_back(std::move(entity));
  array subsegments;
  if (!blocks.subsegments || blocks.subsegments->get(subsegments) != simdjson::SUCCESS) return;
  for (const element subsegment : subsegments) {
    object inner;
    if (subsegment.get(inner) == simdjson::SUCCESS) read_entity(inner, index, out);
  }
}

}  // namespace

struct DocumentReader::Impl {
  simdjson::dom::parser parser;
  std::string mended;
  Document document;

  bool parse(std::string_view& text, element& root) {
    auto error = parser.parse(text.data(), text.size()).get(root);
    if (error == simdjson::UTF8_ERROR) {
      mended = replace_bad_utf8(text);
      text = mended;
      error = parser.parse(text.data(), text.size()).get(root);
    }
    return error == simdjson::SUCCESS;
  }

  void visit_one(std::string_view text, const element& root,
                 const std::function<void(Document&)>& visit) {
    document.text = text;
    document.entities.clear();
    object members;
    if (root.get(members) == simdjson::SUCCESS) read_entity(members, -1, document.entities);
    visit(document);
  }
};

DocumentReader::DocumentReader() : impl_(std::make_unique<Impl>()) {}

DocumentReader::~DocumentReader() = default;

Status DocumentReader::read(std::string_view text, const std::function<void(Document&)>& visit) {
  element root;
  if (!impl_->parse(text, root)) return Error{ErrorCode::kMalformed, "document is not JSON"};
  array list;
  if (root.get(list) != simdjson::SUCCESS) {
    impl_->visit_one(text, root, visit);
    return {};
  }
  for (const element entry : list) {
    const std::string entry_text = simdjson::minify(entry);
    impl_->visit_one(entry_text, entry, visit);
  }
  if (list.begin() == list.end()) {
    impl_->document.entities.clear();
    visit(impl_->document);
  }
  return {};
}

}  // namespace tracery::xray
