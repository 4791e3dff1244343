// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "server/config.h"

namespace tracery::server {

/// Exit codes of every verb.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;  ///< What was asked failed.
inline constexpr int kExitMisuse = 2;  ///< Wrong use, or the server could not start.

/// Which server a verb asks, and how it answers.
struct ClientOptions {
  std::string server = "http://127.0.0.1:8080";
  std::string key;
  bool json = false;
};

struct ServeOptions {
  SettingValues flags;
};

struct QueryOptions {
  ClientOptions client;
  std::string spec;  ///< JSON, the name of a file, or "-"; empty: made from the flags.
  std::string dataset = "__all__";
  std::vector<std::pair<std::string, std::string>> calculations;  ///< ("P99", "duration_ms").
  std::vector<std::string> formulas;  ///< "mean=$\"SUM(duration_ms)\" / $COUNT".
  std::vector<std::string> where;     ///< "status_code >= 500".
  bool match_any = false;
  std::vector<std::string> by;
  std::string last;
  int limit = 0;
};

struct TraceOptions {
  ClientOptions client;
  std::string trace_id;
};

struct TailOptions {
  ClientOptions client;
  std::string dataset = "__all__";
  std::vector<std::string> where;
};

struct PartsOptions {
  SettingValues flags;  ///< --data and --config.
  bool json = false;
};

struct CheckOptions {
  std::string file;
  std::string kind;  ///< One of check_kinds(); empty: found out.
  std::string dataset = "check";
  bool json = false;
};
const std::vector<std::string>& check_kinds();

struct KeyOptions {
  SettingValues flags;  ///< --data and --config.
  std::string name;
  std::string kind = "ingest";
  std::string id;
  bool json = false;
};

/// Each does one verb and gives the exit code. Data goes to stdout, words to stderr.
int run_serve(const ServeOptions& options);
int run_query(const QueryOptions& options);
int run_trace(const TraceOptions& options);
int run_tail(const TailOptions& options);
int run_doctor(const ClientOptions& client);
int run_parts(const PartsOptions& options);
int run_check(const CheckOptions& options);
int run_key_create(const KeyOptions& options);
int run_key_list(const KeyOptions& options);
int run_key_revoke(const KeyOptions& options);
int run_version(bool json);

/// Says what failed on stderr; the exit code for it.
int report(const Error& error);

}  // namespace tracery::server
