// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "app/live_feed.h"
#include "app/log_tail.h"
#include "base/clock.h"
#include "base/compression.h"
#include "base/result.h"
#include "protocols/cwlogs/put_decoder.h"
#include "protocols/honeycomb/event_decoder.h"
#include "protocols/otlp/decoder.h"
#include "protocols/xray/decoder.h"
#include "store/event_store.h"

namespace tracery::app {

/// Which decoder a request goes to. The numbers stand in the log; each protocol has sixteen of its
/// own (X-Ray from 32, Rollbar from 48, CloudWatch Logs from 64).
enum class IngestKind : std::uint8_t {
  kOtlpTraces = 1,
  kOtlpLogs = 2,
  kOtlpMetrics = 3,
  kHoneycombEvent = 16,
  kHoneycombBatch = 17,
  kXraySegments = 32,
  kCloudwatchLogs = 64,    ///< PutLogEvents; `context` is cwlogs::PutContext::text().
  kCloudwatchEvents = 65,  ///< The other three: cwlogs::IntakeForm, `dataset` is the group.
  kCloudwatchLines = 66,
  kCloudwatchObjects = 67,
};

/// IngestRequest::context of X-Ray segments that are held to AWS's own rules.
inline constexpr std::string_view kXrayStrictContext = "strict";

/// A request to store events, free of its transport.
struct IngestRequest {
  IngestKind kind = IngestKind::kOtlpTraces;
  bool is_json = false;  ///< Else the kind's binary form: protobuf, msgpack, list of datagrams.
  Compression compression = Compression::kIdentity;
  bool is_classic_key = false;
  std::string dataset;     ///< Honeycomb's path segment, or the x-honeycomb-dataset header.
  std::string event_time;  ///< Header of kHoneycombEvent.
  std::string samplerate;  ///< Header of kHoneycombEvent.
  unsigned expand_json_depth = 0;
  /// What else the decoder must be told, in a form of its protocol's own.
  std::string context;
  std::string body;  ///< As received.
};

/// What the decoder says of the request; which alternative follows from the kind.
/// monostate: a single event was stored.
using IngestAnswer = std::variant<std::monostate, otlp::Outcome, honeycomb::BatchOutcome,
                                  xray::Outcome, cwlogs::PutOutcome>;

struct IngestCounters {
  std::uint64_t requests_accepted = 0;
  std::uint64_t requests_malformed = 0;
  std::uint64_t requests_refused = 0;  ///< Overload or a full disk.
  std::uint64_t events_accepted = 0;
  std::uint64_t events_rejected = 0;
  std::uint64_t body_bytes = 0;  ///< As received.
  std::uint64_t strings_cut = 0;
  std::uint64_t strings_mended = 0;
  std::uint64_t fields_dropped = 0;
};

/// Puts requests through: unpack → decode into columns → log → head → answer. Thread-safe.
class Ingest {
 public:
  using Done = std::function<void(Result<IngestAnswer>)>;

  /// `body_bytes_max` bounds a body before and after decompression.
  Ingest(const Clock& clock, LiveFeed& feed, LogTail& tail, std::size_t body_bytes_max);
  ~Ingest();

  /// The store to append to; set once, before the first request. (The store itself is opened with
  /// `replay`, hence the two steps.)
  void attach(store::EventStore& store) { store_ = &store; }

  /// Decodes on the calling thread; calls `done` exactly once, on this thread for a request that
  /// stores nothing, else on one of the store's when its events are durable and visible.
  void accept(IngestRequest request, Done done);

  /// Decodes a logged request again, to the same events.
  store::EventStore::Replay replay() const;

  IngestCounters counters() const;

 private:
  struct Counters;

  const Clock& clock_;
  LiveFeed& feed_;
  LogTail& tail_;
  std::size_t body_bytes_max_;
  store::EventStore* store_ = nullptr;
  std::unique_ptr<Counters> counters_;
};

}  // namespace tracery::app
