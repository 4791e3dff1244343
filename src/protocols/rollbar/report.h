// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/event.h"

namespace tracery::rollbar {

struct Frame {
  std::string filename;
  std::string method;
  std::int64_t lineno = 0;  ///< 0 when unknown.
  bool in_project = true;   ///< As far as the reporter or the path tells.
};

struct Exception {
  std::string type;
  std::string message;
  std::string description;    ///< For people; shown in place of the message.
  std::vector<Frame> frames;  ///< As sent: usually the most recent call last.
};

enum class ReportKind : std::uint8_t { kTrace, kTraceChain, kMessage, kCrashReport };
std::string_view to_string(ReportKind kind);

/// What one occurrence of an error tells, in plain values.
struct Report {
  ReportKind kind = ReportKind::kMessage;
  std::vector<Exception> exceptions;  ///< The reported one first, then its causes.
  std::string message;                ///< Of kMessage and kCrashReport.

  std::string environment;
  std::string level;               ///< "critical", "error", "warning", "info" or "debug".
  std::string title, fingerprint;  ///< As sent; empty when not.
  std::string uuid;
  std::string code_version, platform, language, framework, context;
  std::string root;  ///< Of the project's files.
  std::string host;
  std::string person;        ///< The id.
  std::string user_ip;       ///< Or "$remote_ip", "$remote_ip_anonymize".
  std::string trace_id;      ///< 32 or 16 hex digits; empty when none was found.
  std::string span_id;       ///< 16 hex digits.
  std::int64_t time_ns = 0;  ///< 0 when none was sent.

  std::vector<model::Field> fields;  ///< For the wide event; an earlier one wins.
  std::string document;              ///< `data` as it was sent, JSON.
  std::string access_token;          ///< Of the body; empty when there was none.
};

/// Reads the body of `POST /api/1/item/`: `{"access_token"?, "data": {…}}`.
/// kMalformed: no JSON object. kInvalid: what the vendor answers 422 to; the message says what is
/// missing. Source: Rollbar's "Create an Occurrence" reference and its SDKs.
Result<Report> read_report(std::string_view body);

}  // namespace tracery::rollbar
