// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/ingest.h"

namespace tracery::app {

/// A document that was not stored, for people who wonder where theirs is.
struct XrayRejection {
  std::int64_t time_ns = 0;
  std::string via;      ///< "udp" or "api".
  std::string reason;   ///< xray::Problem as text.
  std::string id;       ///< Of the segment; empty when it could not be read.
  std::string excerpt;  ///< How the document begins.
};

struct XrayIntakeCounters {
  std::uint64_t documents_accepted = 0;  ///< Durable.
  std::uint64_t datagrams_dropped = 0;   ///< More came than could be stored, or storing failed.
  std::map<std::string, std::uint64_t> rejected;  ///< By reason.
};

struct XrayIntakeOptions {
  xray::Validation validation = xray::Validation::kLenient;
  std::size_t waiting_bytes_max = 64ULL << 20;  ///< Datagrams that wait to be stored.
};

/// Takes segment documents from the daemon's socket and from PutTraceSegments, and keeps account
/// of those that were not stored. Thread-safe.
///
/// Datagrams have no answer, so they are taken off the socket at once and stored by a thread of its
/// own, in batches as large as what has come since the last one. While the store is overloaded they
/// wait, up to the limit; beyond it new ones are dropped and counted.
class XrayIntake {
 public:
  XrayIntake(Ingest& ingest, const Clock& clock, XrayIntakeOptions options = {});
  /// Stores what has been taken, then stops.
  ~XrayIntake();

  /// A PutTraceSegments body. `done` as in Ingest::accept; the answer is an xray::Outcome.
  void accept(std::string body, Compression compression, Ingest::Done done);

  /// Datagrams with their headers. Does no more than copy them.
  void take_datagrams(std::span<const std::string_view> datagrams);

  XrayIntakeCounters counters() const;
  /// The newest, latest first.
  std::vector<XrayRejection> rejections() const;

 private:
  /// Documents under way to the store, kept until it has them.
  struct Batch {
    std::string documents;
    std::size_t count = 0;
  };

  void store_loop();
  void store(std::string_view datagrams);
  /// Hands a batch on once fewer than a few are under way.
  void submit(std::shared_ptr<Batch> batch);
  /// What the store refused is tried again while that may help. Under the lock.
  void give_back(const std::shared_ptr<Batch>& batch, ErrorCode code);
  IngestRequest make_request(std::string body, bool is_json) const;
  void note_outcome(const xray::Outcome& outcome, const char* via);
  void note_rejection(XrayRejection rejection);

  Ingest& ingest_;
  const Clock& clock_;
  const XrayIntakeOptions options_;

  mutable std::mutex mutex_;  // everything below but thread_
  std::condition_variable changed_;
  std::string waiting_;  ///< Datagrams, each as xray::append_document writes it.
  std::deque<std::shared_ptr<Batch>> retries_;
  int in_flight_ = 0;  ///< Batches that the store has not answered for.
  bool stopping_ = false;
  XrayIntakeCounters counters_;
  std::deque<XrayRejection> rejections_;
  std::thread thread_;
};

}  // namespace tracery::app
