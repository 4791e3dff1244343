// SPDX-License-Identifier: Apache-2.0
#include "app/xray_intake.h"

#include <chrono>
#include <memory>
#include <utility>

#include "base/utf8.h"
#include "protocols/xray/decoder.h"

namespace tracery::app {
namespace {

constexpr std::size_t kBatchBytesMax = 4ULL << 20;
constexpr int kInFlightMax = 4;  // So that decoding goes on while the disk syncs.
constexpr std::size_t kRejectionsKept = 50;
constexpr auto kRetryAfter = std::chrono::milliseconds(20);

bool is_worth_a_retry(ErrorCode code) {
  return code == ErrorCode::kOverloaded || code == ErrorCode::kUnavailable;
}

}  // namespace

XrayIntake::XrayIntake(Ingest& ingest, const Clock& clock, XrayIntakeOptions options)
    : ingest_(ingest), clock_(clock), options_(options), thread_([this] { store_loop(); }) {}

XrayIntake::~XrayIntake() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

IngestRequest XrayIntake::make_request(std::string body, bool is_json) const {
  IngestRequest request;
  request.kind = IngestKind::kXraySegments;
  request.is_json = is_json;
  if (options_.validation == xray::Validation::kStrict) request.context = kXrayStrictContext;
  request.body = std::move(body);
  return request;
}

void XrayIntake::accept(std::string body, Compression compression, Ingest::Done done) {
  IngestRequest request = make_request(std::move(body), /*is_json=*/true);
  request.compression = compression;
  ingest_.accept(std::move(request), [this, done = std::move(done)](Result<IngestAnswer> answer) {
    if (answer.ok()) note_outcome(std::get<xray::Outcome>(*answer), "api");
    done(std::move(answer));
  });
}

void XrayIntake::take_datagrams(std::span<const std::string_view> datagrams) {
  {
    const std::lock_guard lock(mutex_);
    for (const std::string_view datagram : datagrams) {
      if (waiting_.size() + datagram.size() > options_.waiting_bytes_max) {
        ++counters_.datagrams_dropped;
      } else {
        xray::append_document(waiting_, datagram);
      }
    }
  }
  changed_.notify_all();
}

void XrayIntake::store_loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !retries_.empty() || !waiting_.empty(); });
    if (!retries_.empty()) {
      auto batch = std::move(retries_.front());
      retries_.pop_front();
      changed_.wait_for(lock, kRetryAfter, [&] { return stopping_; });
      lock.unlock();
      submit(std::move(batch));
      lock.lock();
    } else if (!waiting_.empty()) {
      std::string datagrams;
      std::swap(datagrams, waiting_);
      lock.unlock();
      store(datagrams);
      lock.lock();
    } else {
      changed_.wait(lock, [&] { return in_flight_ == 0; });
      if (waiting_.empty() && retries_.empty()) return;
    }
  }
}

void XrayIntake::store(std::string_view datagrams) {
  auto batch = std::make_shared<Batch>();
  while (const auto datagram = xray::take_document(datagrams)) {
    const xray::Datagram read = xray::read_datagram(*datagram);
    if (read.problem) {
      note_rejection({clock_.now_ns(),
                      "udp",
                      std::string(to_string(*read.problem)),
                      {},
                      std::string(cut_utf8(*datagram, xray::kExcerptBytes))});
      continue;
    }
    xray::append_document(batch->documents, read.document);
    ++batch->count;
    if (batch->documents.size() < kBatchBytesMax) continue;
    submit(std::exchange(batch, std::make_shared<Batch>()));
  }
  if (batch->count > 0) submit(std::move(batch));
}

void XrayIntake::submit(std::shared_ptr<Batch> batch) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return in_flight_ < kInFlightMax; });
    ++in_flight_;
  }
  IngestRequest request = make_request(batch->documents, /*is_json=*/false);
  ingest_.accept(std::move(request),
                 [this, batch = std::move(batch)](const Result<IngestAnswer>& answer) {
                   if (answer.ok()) note_outcome(std::get<xray::Outcome>(*answer), "udp");
                   const std::lock_guard lock(mutex_);
                   --in_flight_;
                   if (!answer.ok()) give_back(batch, answer.error().code);
                   changed_.notify_all();
                 });
}

void XrayIntake::give_back(const std::shared_ptr<Batch>& batch, ErrorCode code) {
  if (is_worth_a_retry(code) && !stopping_) {
    retries_.push_back(batch);
  } else {
    counters_.datagrams_dropped += batch->count;
  }
}

void XrayIntake::note_outcome(const xray::Outcome& outcome, const char* via) {
  for (const xray::Unprocessed& document : outcome.unprocessed) {
    note_rejection({clock_.now_ns(), via, std::string(to_string(document.problem)), document.id,
                    document.excerpt});
  }
  const std::lock_guard lock(mutex_);
  counters_.documents_accepted += outcome.accepted;
}

void XrayIntake::note_rejection(XrayRejection rejection) {
  const std::lock_guard lock(mutex_);
  ++counters_.rejected[rejection.reason];
  rejections_.push_front(std::move(rejection));
  if (rejections_.size() > kRejectionsKept) rejections_.pop_back();
}

XrayIntakeCounters XrayIntake::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

std::vector<XrayRejection> XrayIntake::rejections() const {
  const std::lock_guard lock(mutex_);
  return {rejections_.begin(), rejections_.end()};
}

}  // namespace tracery::app
