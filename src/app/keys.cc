// SPDX-License-Identifier: Apache-2.0
#include "app/keys.h"

#include "app/hmac.h"
#include "app/random_id.h"
#include "base/hex.h"
#include "base/time.h"

namespace tracery::app {
namespace {

constexpr std::string_view kColumns = "id, name, kind, created_ns, last_used_ns, revoked_ns";

std::optional<std::int64_t> optional_int(const model::Value& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return std::nullopt;
  return int_of(cell);
}

ApiKey read_key(const Database::Row& row) {
  return {text_of(row[0]),
          text_of(row[1]),
          parse_key_kind(text_of(row[2])).value_or(KeyKind::kIngest),
          int_of(row[3]),
          optional_int(row[4]),
          optional_int(row[5])};
}

}  // namespace

std::string_view to_string(KeyKind kind) {
  return kind == KeyKind::kIngest ? "ingest" : "configuration";
}

std::optional<KeyKind> parse_key_kind(std::string_view text) {
  if (text == "ingest") return KeyKind::kIngest;
  if (text == "configuration") return KeyKind::kConfiguration;
  return std::nullopt;
}

Result<NewApiKey> Keys::create(const std::string& name, KeyKind kind) {
  NewApiKey created;
  created.key = {.id = {},
                 .name = name,
                 .kind = kind,
                 .created_ns = clock_.now_ns(),
                 .last_used_ns = {},
                 .revoked_ns = {}};
  if (kind == KeyKind::kIngest) {
    created.key.id = "hcaik_" + random_base36(26);
    created.secret = created.key.id + random_base36(32);
  } else {
    created.key.id = "hcack_" + random_base36(26);
    created.secret = random_base62(22);
  }
  TRACERY_TRY(database_.run(
      "INSERT INTO api_key(id, name, kind, secret_sha256, created_ns) VALUES(?,?,?,?,?)",
      {created.key.id, name, std::string(to_string(kind)), sha256_hex(created.secret),
       created.key.created_ns}));
  return created;
}

Result<std::vector<ApiKey>> Keys::list() {
  const auto rows = TRACERY_TRY(
      database_.run("SELECT " + std::string(kColumns) + " FROM api_key ORDER BY created_ns, id"));
  std::vector<ApiKey> keys;
  for (const auto& row : rows) keys.push_back(read_key(row));
  return keys;
}

Status Keys::revoke(const std::string& id) {
  const auto rows = TRACERY_TRY(
      database_.run("UPDATE api_key SET revoked_ns = coalesce(revoked_ns, ?) WHERE id = ? "
                    "RETURNING id",
                    {clock_.now_ns(), id}));
  if (rows.empty()) return Error{ErrorCode::kNotFound, "no key with id: " + id};
  const std::lock_guard lock(mutex_);
  known_.clear();
  return {};
}

std::optional<ApiKey> Keys::authenticate(const std::string& secret) {
  if (secret.empty()) return std::nullopt;
  const std::string hash = sha256_hex(secret);
  const std::lock_guard lock(mutex_);
  const auto version = database_.run("PRAGMA data_version");
  if (!version.ok()) return std::nullopt;
  if (const std::int64_t now = int_of(version->at(0).at(0)); now != version_) {
    known_.clear();
    version_ = now;
  }
  auto known = known_.find(hash);
  if (known == known_.end()) {
    const auto rows = database_.run("SELECT " + std::string(kColumns) +
                                        " FROM api_key WHERE secret_sha256 = ? AND "
                                        "revoked_ns IS NULL",
                                    {hash});
    if (!rows.ok() || rows->empty()) return std::nullopt;
    known = known_.emplace(hash, read_key(rows->front())).first;
  }
  note_use(known->second);
  return known->second;
}

void Keys::note_use(ApiKey& key) {
  const std::int64_t now_ns = clock_.now_ns();
  if (key.last_used_ns && now_ns - *key.last_used_ns <= 60 * kNsPerSecond) return;
  key.last_used_ns = now_ns;
  const auto noted =
      database_.run("UPDATE api_key SET last_used_ns = ? WHERE id = ?", {now_ns, key.id});
  static_cast<void>(noted);
}

Result<std::string> Keys::aws_secret(const std::string& id) {
  constexpr const char* kName = "aws_secret_access_keys";
  constexpr std::size_t kSecretBytes = 30;  // 40 characters of base64, as AWS's own.
  TRACERY_TRY(database_.run("INSERT OR IGNORE INTO server_secret(name, value) VALUES(?,?)",
                            {std::string(kName), random_base62(43)}));
  const auto rows = TRACERY_TRY(
      database_.run("SELECT value FROM server_secret WHERE name = ?", {std::string(kName)}));
  const std::string digest = hmac_sha256(text_of(rows.at(0).at(0)), id);
  return to_base64(std::string_view(digest).substr(0, kSecretBytes));
}

std::optional<AwsCredential> Keys::find_aws_credential(const std::string& access_key_id) {
  const auto rows = database_.run(
      "SELECT " + std::string(kColumns) + " FROM api_key WHERE id = ? AND revoked_ns IS NULL",
      {access_key_id});
  if (!rows.ok() || rows->empty()) return std::nullopt;
  auto secret = aws_secret(access_key_id);
  if (!secret.ok()) return std::nullopt;
  AwsCredential credential{read_key(rows->front()), *std::move(secret)};
  note_use(credential.key);
  return credential;
}

}  // namespace tracery::app
