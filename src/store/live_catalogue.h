// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "store/batch_overflow.h"
#include "store/catalogue.h"
#include "store/event_batch_columns.h"

namespace tracery::store {

/// Adds what `more` knows to `to`.
void merge_catalogue(const Catalogue& more, Catalogue& to);

/// The catalogue as events come in. Thread-safe.
class LiveCatalogue {
 public:
  explicit LiveCatalogue(std::size_t columns_per_dataset) : columns_max_(columns_per_dataset) {}

  /// Notes the batch's rows, but for those before `time_min_ns`. Returns the columns that would be
  /// one too many for their dataset; these are not noted.
  RefusedColumns record(const EventBatch::Columns& batch, std::int64_t time_min_ns,
                        std::int64_t received_ns);
  void add(const Catalogue& part);
  /// Takes back the rows of a part that retention dropped.
  void subtract(const Catalogue& part);
  /// Forgets datasets and columns that nothing was written to since.
  void forget_before(std::int64_t received_ns);

  /// Takes back the rows of datasets that were removed, and what was not written to since.
  void forget(const Catalogue& removed, std::int64_t received_ns);

  /// Complete in datasets, columns and types; counts and times may be a second behind.
  std::shared_ptr<const Catalogue> snapshot(std::int64_t now_ns) const;

 private:
  /// The dataset of each run of rows and the columns that occur in it.
  RefusedColumns record_columns(const EventBatch::Columns& batch,
                                const std::vector<DatasetInfo*>& datasets,
                                std::int64_t received_ns);
  /// False when the column would be one too many.
  bool note(DatasetInfo& dataset, std::string_view column, StreamType type,
            std::int64_t received_ns);

  const std::size_t columns_max_;
  mutable std::mutex mutex_;
  // All below guarded by mutex_.
  Catalogue catalogue_;
  mutable std::shared_ptr<const Catalogue> published_;
  mutable std::int64_t published_ns_ = 0;
  mutable bool is_shape_new_ = true;  ///< A dataset, column or type since the last publication.
  mutable bool is_count_new_ = false;
};

}  // namespace tracery::store
