// SPDX-License-Identifier: Apache-2.0
#include "api/answers.h"
#include "api/multipart.h"
#include "api/rollbar_api.h"
#include "app/errors.h"

namespace tracery::api {
namespace {

constexpr std::size_t kTextBytesMax = 255;
constexpr std::size_t kUrlBytesMax = 2048;

/// The form as its fields; every other name is a source file's path.
struct Upload {
  std::string access_token;
  app::ErrorSourceMap map;
};

Upload read_upload(const std::vector<FormPart>& parts) {
  Upload upload;
  for (const FormPart& part : parts) {
    if (part.name == "access_token") {
      upload.access_token = part.bytes;
    } else if (part.name == "version") {
      upload.map.version = part.bytes;
    } else if (part.name == "minified_url") {
      upload.map.minified_url = part.bytes;
    } else if (part.name == "source_map") {
      upload.map.json = part.bytes;
    } else {
      upload.map.files[part.name] = part.bytes;
    }
  }
  return upload;
}

Status check_text(const char* name, const std::string& text, std::size_t bytes_max) {
  if (text.empty()) return Error{ErrorCode::kInvalid, std::string(name) + " is required"};
  if (text.size() > bytes_max)
    return Error{ErrorCode::kInvalid, std::string(name) + " is too long"};
  return {};
}

Result<net::Response> put_source_map(Services& services, const Call& call) {
  const auto parts =
      TRACERY_TRY(read_multipart(call.request.headers.get("content-type"), call.request.body));
  Upload upload = read_upload(parts);
  const auto access = TRACERY_TRY(rollbar_access(services, call, upload.access_token));
  if (!access.may(app::kPostServerItem)) {
    return Error{ErrorCode::kForbidden, "insufficient privileges: access token lacks the scope"};
  }
  TRACERY_TRY(check_text("version", upload.map.version, kTextBytesMax));
  TRACERY_TRY(check_text("minified_url", upload.map.minified_url, kUrlBytesMax));
  if (upload.map.json.empty()) return Error{ErrorCode::kInvalid, "source_map is required"};
  upload.map.project_id = access.project.id;
  if (Status stored = services.errors->source_maps().put(upload.map); !stored.ok()) {
    // The form was read; what is wrong is in the map.
    if (stored.error().code != ErrorCode::kMalformed) return std::move(stored).error();
    return Error{ErrorCode::kInvalid, stored.error().message};
  }
  return rollbar_result("null");
}

}  // namespace

void add_rollbar_source_map_routes(Router& router, Services& services) {
  // The token may be in the form, so the handler looks for it itself.
  router.add("POST", "/api/1/sourcemap", on_worker(services, [&services](const Call& call) {
               auto response = put_source_map(services, call);
               return response.ok() ? *std::move(response) : rollbar_error(response.error());
             }));
}

}  // namespace tracery::api
