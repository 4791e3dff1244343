// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <functional>

#include "app/keys.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "server/config.h"
#include "server/terminal.h"
#include "server/verbs.h"
#include "server/wiring.h"
#include "store/file_system.h"

namespace tracery::server {
namespace {

/// Opens the keys of a data directory and does something with them. A server may be running on it.
int with_keys(const KeyOptions& options, const std::function<Status(app::Keys&)>& work) {
  const auto config = load_config(options.flags, process_environment());
  if (!config) {
    report(config.error());
    return kExitMisuse;
  }
  if (auto made = store::system_files().create_directories(config->data); !made) {
    return report(made.error());
  }
  const SystemClock clock;
  auto database = app::Database::open(metadata_file(config->data));
  if (!database) return report(database.error());
  app::Keys keys(**database, clock);
  const Status done = work(keys);
  return done ? kExitOk : report(done.error());
}

void write_time(JsonWriter& json, std::string_view name, std::optional<std::int64_t> time_ns) {
  json.key(name);
  if (time_ns) {
    json.value(format_rfc3339(*time_ns));
  } else {
    json.null();
  }
}

void write_key(JsonWriter& json, const app::ApiKey& key) {
  json.field("id", key.id).field("name", key.name).field("type", app::to_string(key.kind));
  write_time(json, "created_at", key.created_ns);
  write_time(json, "last_used_at", key.last_used_ns);
  write_time(json, "revoked_at", key.revoked_ns);
}

void print_keys(const std::vector<app::ApiKey>& keys) {
  std::vector<std::vector<std::string>> rows;
  for (const app::ApiKey& key : keys) {
    rows.push_back({key.id, printable(key.name), std::string(app::to_string(key.kind)),
                    format_rfc3339(key.created_ns / kNsPerSecond * kNsPerSecond),
                    key.last_used_ns ? format_rfc3339(*key.last_used_ns) : "never",
                    key.revoked_ns ? "revoked" : "good"});
  }
  const std::string table =
      format_table({"id", "name", "type", "created", "last used", "state"}, rows, stdout_paint());
  std::fputs(table.c_str(), stdout);
}

}  // namespace

int run_key_create(const KeyOptions& options) {
  return with_keys(options, [&](app::Keys& keys) -> Status {
    const auto kind = app::parse_key_kind(options.kind);
    if (!kind) return Error{ErrorCode::kInvalid, "unknown type of key: " + options.kind};
    const auto made = TRACERY_TRY(keys.create(options.name, *kind));
    const auto aws_secret = TRACERY_TRY(keys.aws_secret(made.key.id));
    if (!options.json) {
      std::printf("%s\n", made.secret.c_str());
      std::fprintf(stderr,
                   "tracery: keep it, it is not shown again; id: %s\n"
                   "tracery: for AWS clients: AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s\n",
                   made.key.id.c_str(), made.key.id.c_str(), aws_secret.c_str());
      return {};
    }
    JsonWriter json;
    json.begin_object();
    write_key(json, made.key);
    json.field("key", made.secret).field("aws_access_key_id", made.key.id);
    json.field("aws_secret_access_key", aws_secret).end_object();
    std::printf("%s\n", json.text().c_str());
    return {};
  });
}

int run_key_list(const KeyOptions& options) {
  return with_keys(options, [&](app::Keys& keys) -> Status {
    const auto all = TRACERY_TRY(keys.list());
    if (!options.json) {
      print_keys(all);
      return {};
    }
    JsonWriter json;
    json.begin_array();
    for (const app::ApiKey& key : all) {
      json.begin_object();
      write_key(json, key);
      json.end_object();
    }
    json.end_array();
    std::printf("%s\n", json.text().c_str());
    return {};
  });
}

int run_key_revoke(const KeyOptions& options) {
  return with_keys(options, [&](app::Keys& keys) -> Status {
    TRACERY_TRY(keys.revoke(options.id));
    if (options.json) std::printf("{\"revoked\":%s}\n", json_quote(options.id).c_str());
    return {};
  });
}

}  // namespace tracery::server
