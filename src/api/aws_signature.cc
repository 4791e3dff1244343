// SPDX-License-Identifier: Apache-2.0
#include "api/aws_signature.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "api/url.h"
#include "app/hmac.h"
#include "app/random_id.h"
#include "base/hex.h"
#include "base/time.h"

namespace tracery::api {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::int64_t kExpiresSecondsMax = 7 * 86'400;

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) pieces.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// "AKID/20150830/us-east-1/xray/aws4_request"
bool read_credential(std::string_view text, AwsAuthorization& out) {
  const auto pieces = split(text, '/');
  if (pieces.size() != 5 || pieces[4] != "aws4_request") return false;
  out.access_key_id = pieces[0];
  out.day = pieces[1];
  out.region = pieces[2];
  out.service = pieces[3];
  return true;
}

std::optional<AwsAuthorization> parse_header(const net::Request& request) {
  std::string_view rest = request.headers.get("authorization");
  rest.remove_prefix(kAlgorithm.size());
  AwsAuthorization out;
  bool has_credential = false;
  for (const std::string& piece : split(rest, ',')) {
    const std::string_view pair = trim(piece);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    if (name == "Credential") has_credential = read_credential(value, out);
    if (name == "SignedHeaders") out.signed_headers = split(to_lower(value), ';');
    if (name == "Signature") out.signature = value;
  }
  out.time = request.headers.get("x-amz-date");
  if (!has_credential || out.signed_headers.empty() || out.signature.empty()) return std::nullopt;
  return out;
}

std::optional<AwsAuthorization> parse_presigned(const net::Request& request) {
  const QueryParameters query(request.query);
  AwsAuthorization out;
  if (!read_credential(query.get("X-Amz-Credential"), out)) return std::nullopt;
  out.signed_headers = split(to_lower(query.get("X-Amz-SignedHeaders")), ';');
  out.signature = query.get("X-Amz-Signature");
  out.time = query.get("X-Amz-Date");
  out.is_presigned = true;
  out.expires_seconds = query.get_int("X-Amz-Expires").value_or(0);
  if (out.signed_headers.empty() || out.signature.empty()) return std::nullopt;
  return out;
}

/// RFC 3986, all but unreserved characters; '/' stays where `keep_slash`.
std::string percent_encode(std::string_view text, bool keep_slash) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (byte < 0x80 && std::isalnum(byte) != 0) || c == '-' || c == '.' ||
                          c == '_' || c == '~' || (keep_slash && c == '/');
    if (is_plain) {
      encoded += c;
    } else {
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

/// The path without empty and dot steps, encoded once more than it was sent.
std::string canonical_path(std::string_view path) {
  std::vector<std::string> steps;
  for (std::string& step : split(path, '/')) {
    if (step == ".") continue;
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
    } else {
      steps.push_back(std::move(step));
    }
  }
  std::string joined;
  for (const std::string& step : steps) joined += '/' + step;
  if (joined.empty() || path.ends_with('/')) joined += '/';
  return percent_encode(joined, /*keep_slash=*/true);
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& pair : split(query, '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string name = percent_decode(std::string_view(pair).substr(0, equals));
    if (name == "X-Amz-Signature") continue;
    const std::string value =
        percent_decode(std::string_view(pair).substr(std::min(equals + 1, pair.size())));
    pairs.emplace_back(percent_encode(name, false), percent_encode(value, false));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string joined;
  for (const auto& [name, value] : pairs) {
    joined += (joined.empty() ? "" : "&") + name + '=' + value;
  }
  return joined;
}

/// A header's values joined by commas, blanks at the ends dropped and runs of them made one.
std::string canonical_header(const net::Headers& headers, std::string_view name) {
  std::string joined;
  bool is_first = true;
  for (const auto& [field, value] : headers.all()) {
    if (field != name) continue;
    if (!is_first) joined += ',';
    is_first = false;
    char last = 0;
    for (const char c : trim(value)) {
      if (c != ' ' || last != ' ') joined += c;
      last = c;
    }
  }
  return joined;
}

std::string canonical_request(const net::Request& request, const AwsAuthorization& authorization,
                              const std::string& body_hash) {
  auto names = authorization.signed_headers;
  std::sort(names.begin(), names.end());
  std::string fields;
  std::string list;
  for (const std::string& name : names) {
    fields += name + ':' + canonical_header(request.headers, name) + '\n';
    list += (list.empty() ? "" : ";") + name;
  }
  return request.method + '\n' + canonical_path(request.path) + '\n' +
         canonical_query(request.query) + '\n' + fields + '\n' + list + '\n' + body_hash;
}

/// "20150830T123600Z"
std::optional<std::int64_t> parse_time_ns(const std::string& text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  return parse_rfc3339_ns(text.substr(0, 4) + '-' + text.substr(4, 2) + '-' + text.substr(6, 2) +
                          'T' + text.substr(9, 2) + ':' + text.substr(11, 2) + ':' +
                          text.substr(13, 2) + 'Z');
}

Error refuse(std::string message) { return {ErrorCode::kUnauthenticated, std::move(message)}; }

Status check_time(const AwsAuthorization& authorization, std::int64_t now_ns) {
  const auto signed_ns = parse_time_ns(authorization.time);
  if (!signed_ns) return refuse("Date in the request is missing or malformed");
  if (!authorization.time.starts_with(authorization.day)) {
    return refuse("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date");
  }
  const std::int64_t age_seconds = (now_ns - *signed_ns) / kNsPerSecond;
  if (-age_seconds > kAwsSkewSecondsMax) {
    return refuse("Signature not yet current: " + authorization.time + " is still later than now");
  }
  const std::int64_t age_seconds_max =
      authorization.is_presigned
          ? std::clamp<std::int64_t>(authorization.expires_seconds, 0, kExpiresSecondsMax)
          : kAwsSkewSecondsMax;
  if (age_seconds > age_seconds_max) {
    return refuse("Signature expired: " + authorization.time + " is now earlier than allowed");
  }
  return {};
}

}  // namespace

std::string AwsAuthorization::scope() const {
  return day + '/' + region + '/' + service + "/aws4_request";
}

std::optional<AwsAuthorization> parse_aws_authorization(const net::Request& request) {
  if (request.headers.get("authorization").starts_with(kAlgorithm)) return parse_header(request);
  if (request.query.find("X-Amz-Signature=") != std::string::npos) return parse_presigned(request);
  return std::nullopt;
}

Status verify_aws_signature(const net::Request& request, const AwsAuthorization& authorization,
                            std::string_view secret, std::int64_t now_ns) {
  TRACERY_TRY(check_time(authorization, now_ns));
  const auto& names = authorization.signed_headers;
  if (std::find(names.begin(), names.end(), "host") == names.end()) {
    return refuse("'Host' must be a 'SignedHeader' in the AWS Authorization");
  }
  const std::string body_hash = app::sha256_hex(request.body);
  const std::string_view said_hash = request.headers.get("x-amz-content-sha256");
  if (!said_hash.empty() && said_hash != body_hash) {
    return refuse("The provided x-amz-content-sha256 header does not match what was computed");
  }
  const std::string text = std::string(kAlgorithm) + '\n' + authorization.time + '\n' +
                           authorization.scope() + '\n' +
                           app::sha256_hex(canonical_request(request, authorization, body_hash));
  std::string key = "AWS4" + std::string(secret);
  for (const std::string_view step :
       {std::string_view(authorization.day), std::string_view(authorization.region),
        std::string_view(authorization.service), std::string_view("aws4_request")}) {
    key = app::hmac_sha256(key, step);
  }
  const std::string digest = app::hmac_sha256(key, text);
  const std::string expected =
      to_hex({reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()});
  if (!app::equals_in_constant_time(expected, authorization.signature)) {
    return refuse(
        "The request signature we calculated does not match the signature you provided. Check "
        "your AWS Secret Access Key and signing method. Consult the service documentation for "
        "details.");
  }
  return {};
}

}  // namespace tracery::api
