// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "api/services.h"
#include "app/log_search.h"
#include "base/json_writer.h"
#include "base/result.h"

namespace tracery::api {

/// How a line is written: as one of a list, or for itself.
struct LineForm {
  bool with_fields = false;
  bool is_whole = false;  ///< The whole message; else at most 4 KiB of it.
};

void write_line(JsonWriter& json, const model::Event& event, const LineForm& form);

/// The members that lines, histograms and queries are chosen by. kInvalid with the pattern's
/// message for a bad `filter`.
Result<app::LogSelection> read_log_selection(Services& services, const nlohmann::json& body);

/// A place in the order of lines as the UI keeps it: opaque text.
std::string encode_log_cursor(const query::EventPosition& position);
std::optional<query::EventPosition> parse_log_cursor(const std::string& text);

}  // namespace tracery::api
