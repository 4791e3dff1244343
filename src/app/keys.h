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

/// What a client that signs AWS requests needs besides the key's id, its access key id.
struct AwsCredential {
  ApiKey key;
  std::string secret;
};

/// API keys, in the shapes Honeycomb gives them: an ingest key is 64 characters and begins with
/// its own id (`hcaik_…`), a configuration key is 22 opaque ones. Each is an AWS credential too:
/// its id is the access key id, the secret access key is derived from the id and a secret of the
/// database, since AWS clients never send theirs and a hash cannot check a signature. Thread-safe.
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

  /// The secret access key of the key with that id: 40 characters.
  Result<std::string> aws_secret(const std::string& id);
  /// The credential behind an access key id; nothing when there is none or it was revoked.
  /// Whoever signed with its secret has used the key.
  std::optional<AwsCredential> find_aws_credential(const std::string& access_key_id);

 private:
  /// Remembers the time of use to the minute. A hint for people: failing to is no failure.
  void note_use(ApiKey& key);

  Database& database_;
  const Clock& clock_;
  std::mutex mutex_;  // known_, version_
  /// Changes when another process (the command line) wrote to the database.
  std::int64_t version_ = 0;
  /// Secret's hash → key, so that a request costs one hash and no statement.
  std::map<std::string, ApiKey, std::less<>> known_;
};

}  // namespace tracery::app
