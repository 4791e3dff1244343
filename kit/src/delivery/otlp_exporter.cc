// SPDX-License-Identifier: Apache-2.0
#include "delivery/otlp_exporter.h"

#include <array>

#include "delivery/complaints.h"
#include "otlp/otlp_encoder.h"
#include "wire/gzip.h"

namespace tracery::app::delivery {
namespace {

using config::OtlpProtocol;

/// One message of gRPC: whether it is compressed, its length, big-endian, and the message.
std::string frame_for_grpc(std::string_view message, bool is_compressed) {
  const auto length = static_cast<std::uint32_t>(message.size());
  std::string framed;
  framed.reserve(message.size() + 5);
  framed.push_back(is_compressed ? '\1' : '\0');
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    framed.push_back(static_cast<char>(length >> shift));
  }
  framed += message;
  return framed;
}

std::vector<Header> make_headers(const config::OtlpSettings& settings) {
  std::vector<Header> headers = settings.headers;
  switch (settings.protocol) {
    case OtlpProtocol::kHttpProtobuf:
      headers.push_back({"Content-Type", "application/x-protobuf"});
      break;
    case OtlpProtocol::kHttpJson: headers.push_back({"Content-Type", "application/json"}); break;
    case OtlpProtocol::kGrpc:
      headers.push_back({"Content-Type", "application/grpc"});
      headers.push_back({"TE", "trailers"});
      break;
  }
  return headers;
}

template <typename Item>
std::string encode_as(OtlpProtocol protocol, const record::Fields& resource,
                      std::span<const Item> batch) {
  return protocol == OtlpProtocol::kHttpJson ? otlp::encode_json(resource, batch)
                                             : otlp::encode_protobuf(resource, batch);
}

}  // namespace

OtlpExporter::OtlpExporter(config::OtlpSettings settings, record::Fields resource)
    : settings_(std::move(settings)),
      resource_(std::move(resource)),
      headers_(make_headers(settings_)) {}

std::string OtlpExporter::encode(std::span<const record::SpanPointer> spans) const {
  return encode_as(settings_.protocol, resource_, spans);
}
std::string OtlpExporter::encode(std::span<const record::LogRecord> logs) const {
  return encode_as(settings_.protocol, resource_, logs);
}
std::string OtlpExporter::encode(std::span<const record::MetricRecord> metrics) const {
  return encode_as(settings_.protocol, resource_, metrics);
}

Delivery OtlpExporter::post(std::string body) {
  const bool is_grpc = settings_.protocol == OtlpProtocol::kGrpc;
  std::vector<Header> headers = headers_;
  bool is_compressed = false;
  if (settings_.gzip) {
    if (std::optional<std::string> packed = wire::gzip(body)) {
      body = *std::move(packed);
      is_compressed = true;
      headers.push_back({is_grpc ? "grpc-encoding" : "Content-Encoding", "gzip"});
    }
  }
  if (is_grpc) body = frame_for_grpc(body, is_compressed);
  const HttpResponse response =
      client_.post({.url = settings_.url,
                    .headers = std::move(headers),
                    .body = body,
                    .timeout = settings_.timeout,
                    .ca_file = settings_.ca_file,
                    .client_key_file = settings_.client_key_file,
                    .client_certificate_file = settings_.client_certificate_file,
                    .is_grpc = is_grpc});
  const Delivery delivery = is_grpc ? judge_grpc(response) : judge_http(response);
  if (delivery.verdict != Verdict::kDelivered) {
    complain(settings_.url,
             response.status == 0 ? response.error : "status " + std::to_string(response.status));
  }
  return delivery;
}

Delivery judge_http(const HttpResponse& response) {
  if (response.status >= 200 && response.status < 300) return {};
  if (!is_retryable_status(response.status)) return {.verdict = Verdict::kRefused};
  return {.verdict = Verdict::kRetry,
          .retry_after = parse_retry_after(response.header("retry-after"))};
}

Delivery judge_grpc(const HttpResponse& response) {
  if (response.status != 200) return judge_http(response);
  const std::string_view status = response.header("grpc-status");
  if (status == "0") return {};
  // Cancelled, deadline exceeded, resource exhausted, aborted, out of range, unavailable, data
  // loss; and no status at all, which is a connection that broke.
  static constexpr std::array<std::string_view, 8> kRetryable = {"",   "1",  "4",  "8",
                                                                 "10", "11", "14", "15"};
  for (const std::string_view retryable : kRetryable) {
    if (status == retryable) return {.verdict = Verdict::kRetry};
  }
  return {.verdict = Verdict::kRefused};
}

}  // namespace tracery::app::delivery
