// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/database.h"
#include "base/clock.h"
#include "base/result.h"

namespace tracery::app {

enum class KeyKind : std::uint8_t {
  kIngest,         ///< May send events.
  kConfiguration,  ///< May send, query and change everything.
};

std::string_view to_string(KeyKind kind);
std::optional<KeyKind> parse_key_kind(std::string_view text);

struct ApiKey {
  std::string id;
  std::string name;
  KeyKind kind = KeyKind::kIngest;
  std::int64_t created_ns = 0;
  std::optional<std::int64_t> last_used_ns;
  std::optional<std::int64_t> revoked_ns;
};

struct NewApiKey {
  ApiKey key;
  /// The whole key as clients send it. Shown once: only its SHA-256 is kept.
  std::string secret;
};

/// API keys, in the shapes Honeycomb gives them: an ingest key is 64 characters and begins with
/// its own id (`hcaik_…`), a configuration key is 22 opaque ones. Thread-safe.
class Keys {
 public:
  Keys(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<NewApiKey> create(const std::string& name, KeyKind kind);
  Result<std::vector<ApiKey>> list();
  /// kNotFound when no key has the id. A revoked key stays listed.
  Status revoke(const std::string& id);

  /// The key whose secret this is; nothing when there is none or it was revoked. Remembers the
  /// time of use to the minute.
  std::optional<ApiKey> authenticate(const std::string& secret);

 private:
  Database& database_;
  const Clock& clock_;
  std::mutex mutex_;  // known_
  /// Secret's hash → key, so that a request costs one hash and no statement.
  std::map<std::string, ApiKey, std::less<>> known_;
};

}  // namespace tracery::app
