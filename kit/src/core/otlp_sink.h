// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "config/config.h"
#include "delivery/batch_queue.h"
#include "delivery/otlp_exporter.h"

namespace tracery::app::core {

inline delivery::QueueLimits queue_limits(const config::BatchSettings& batch) {
  return {.items_max = batch.queue_items_max,
          .bytes_max = batch.queue_bytes_max,
          .batch_items_max = batch.batch_items_max,
          .delay = batch.schedule_delay};
}

/// A queue of one signal and the exporter that empties it.
template <typename Item>
class OtlpSink {
 public:
  OtlpSink(std::string name, const config::OtlpSettings& settings, const record::Fields& resource,
           const delivery::QueueLimits& limits)
      : exporter_(settings, resource),
        queue_(
            std::move(name), limits,
            [this](std::span<const Item> batch) { return exporter_.send(batch); },
            [this] { exporter_.abort(); }) {}

  delivery::BatchQueue<Item>& queue() { return queue_; }

 private:
  delivery::OtlpExporter exporter_;
  delivery::BatchQueue<Item> queue_;
};

}  // namespace tracery::app::core
