// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/error_items.h"
#include "app/error_mark.h"
#include "app/occurrence_admission.h"
#include "protocols/rollbar/item_decoder.h"
#include "store/event_batch.h"

namespace tracery::app {

/// Takes occurrences of errors from their receipt to their count: gives them ids, finds out what
/// was told before, and counts what became durable. Thread-safe.
class ErrorRecorder {
 public:
  /// Remembers what was received in the last minutes, so that repeats are known after a restart.
  static Result<std::unique_ptr<ErrorRecorder>> open(ErrorItems& items, const Clock& clock,
                                                     const store::Snapshot& snapshot);

  /// A report on its way to the store.
  struct Admitted {
    Occurrence occurrence;
    rollbar::ItemContext context;
    std::uint64_t uuid_hash = 0;
  };
  enum class Verdict : std::uint8_t { kNew, kRepeat, kPending };
  /// kNew: store it with `admitted.context`, then call `finish`. kRepeat: the project sent its uuid
  /// before. kPending: the same uuid is being stored; `when_done` will be told whether it was.
  Verdict admit(const rollbar::Report& report, const std::string& project, std::string uuid,
                std::string remote_ip, Admitted& admitted,
                std::function<void(bool stored)> when_done);
  void finish(const Admitted& admitted, bool stored);

  /// Finds the exceptions in a decoded request of OpenTelemetry and marks their events as
  /// occurrences. What is marked must be written to the log, and counted once it is stored.
  std::vector<MarkedOccurrence> mark_exceptions(store::EventBatch& batch);
  void count(std::span<const MarkedOccurrence> marked);

 private:
  ErrorRecorder(ErrorItems& items, const Clock& clock) : items_(items), clock_(clock) {}
  void remember(const std::vector<model::Event>& events);
  /// With the key that older rules found an item for; without one, with the newest rules' key.
  Occurrence describe(const rollbar::Report& report, const std::string& project) const;

  ErrorItems& items_;
  const Clock& clock_;
  OccurrenceAdmission admission_;
};

}  // namespace tracery::app
