// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/datasets.h"
#include "app/documents.h"
#include "app/ingest.h"
#include "app/keys.h"
#include "app/live_feed.h"
#include "app/query_service.h"
#include "app/worker_pool.h"
#include "base/clock.h"
#include "store/event_store.h"

namespace tracery::app {
struct Logs;
}

namespace tracery::api {

/// What the status page tells of the process.
struct ServerFacts {
  std::string version;
  std::int64_t started_ns = 0;
  std::vector<std::string> http, grpc, xray;  ///< Bound addresses.
  bool allow_anonymous = false;
  bool is_open = true;  ///< No listener needs a key.
  std::string aws_region = "us-east-1";
  std::string aws_account_id = "000000000000";
  std::int64_t retention_days = 60;
};

/// One file of the web UI, ready to send.
struct UiFile {
  std::string_view bytes;
  std::string content_type;
  std::string content_encoding;  ///< "" or the packed form chosen for this client.
  std::string etag;
  bool is_immutable = false;
};

struct XrayServices;

/// Everything handlers work with. Borrowed; all of it outlives the listeners.
struct Services {
  using FindUiFile =
      std::function<bool(const std::string& path, std::string_view accept_encoding, UiFile& file)>;

  Services(const Clock& clock_, app::Keys& keys_, app::Datasets& datasets_,
           app::Documents& documents_, app::Ingest& ingest_, app::QueryService& queries_,
           app::LiveFeed& feed_, app::WorkerPool& workers_, store::EventStore& store_,
           FindUiFile ui_file_)
      : clock(clock_),
        keys(keys_),
        datasets(datasets_),
        documents(documents_),
        ingest(ingest_),
        queries(queries_),
        feed(feed_),
        workers(workers_),
        store(store_),
        ui_file(std::move(ui_file_)) {}

  const Clock& clock;
  app::Keys& keys;
  app::Datasets& datasets;
  app::Documents& documents;
  app::Ingest& ingest;
  app::QueryService& queries;
  app::LiveFeed& feed;
  app::WorkerPool& workers;
  store::EventStore& store;
  app::Logs* logs = nullptr;  ///< Set before the listeners start.
  /// The UI file at a path ("/" is the shell) in the best of the accepted encodings; false when
  /// there is none.
  FindUiFile ui_file;
  /// The addresses in it may be read once `is_listening`.
  ServerFacts facts;
  std::atomic<bool> is_listening{false};
  XrayServices* xray = nullptr;  ///< Set before the first request.
};

}  // namespace tracery::api
