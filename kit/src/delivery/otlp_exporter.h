// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "config/config.h"
#include "delivery/http_client.h"
#include "delivery/retry.h"
#include "record/metric_record.h"
#include "record/span_record.h"

namespace tracery::app::delivery {

/// Sends batches of one signal to an OTLP receiver, over HTTP (protobuf or JSON) or gRPC, gzipped
/// if wanted. For one thread at a time. Complaints of the receiver go to stderr, at most one a
/// minute.
/// Source: the OTLP specification 1.x, and for gRPC its "PROTOCOL-HTTP2".
class OtlpExporter {
 public:
  OtlpExporter(config::OtlpSettings settings, record::Fields resource);

  template <typename Item>
  Delivery send(std::span<const Item> batch) {
    return post(encode(batch));
  }

  void abort() noexcept { client_.abort(); }

 private:
  std::string encode(std::span<const record::SpanPointer> spans) const;
  std::string encode(std::span<const record::LogRecord> logs) const;
  std::string encode(std::span<const record::MetricRecord> metrics) const;
  Delivery post(std::string body);

  const config::OtlpSettings settings_;
  const record::Fields resource_;
  std::vector<Header> headers_;
  HttpClient client_;
};

/// What an answer of an OTLP receiver means.
Delivery judge_http(const HttpResponse& response);
Delivery judge_grpc(const HttpResponse& response);

}  // namespace tracery::app::delivery
