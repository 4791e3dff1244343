// SPDX-License-Identifier: Apache-2.0
#include "server/wiring.h"

#include <algorithm>
#include <atomic>

#include "api/logs_delivery.h"
#include "api/notification_delivery.h"
#include "api/otlp_api.h"
#include "api/routes.h"
#include "api/services.h"
#include "api/xray_api.h"
#include "api/xray_services.h"
#include "app/errors.h"
#include "app/log_insights.h"
#include "app/logs.h"
#include "app/starter_board.h"
#include "base/time.h"
#include "net/address.h"
#include "net/grpc_server.h"
#include "net/http_server.h"
#include "net/udp_receiver.h"
#include "server/ui_assets.h"
#include "server/version.h"

namespace tracery::server {
namespace {

constexpr std::size_t kBodyBytesMax = 64ULL << 20;
constexpr std::size_t kWorkQueueMax = 256;
constexpr int kStopGraceMs = 5000;

}  // namespace

/// Members in dependency order: each may use those above it.
struct Server::Parts {
  SystemClock clock;
  std::unique_ptr<app::Database> database;
  app::LiveFeed feed;
  app::LogTail log_tail;
  app::Ingest ingest{clock, feed, log_tail, kBodyBytesMax};
  std::unique_ptr<store::EventStore> store;
  std::unique_ptr<app::Keys> keys;
  std::unique_ptr<app::Documents> documents;
  std::unique_ptr<app::Datasets> datasets;
  std::unique_ptr<app::Errors> errors;
  std::unique_ptr<app::Logs> logs;
  std::unique_ptr<app::QueryService> queries;
  // Two pools: a query runs for as long as it takes, and must not keep the small answers waiting.
  std::unique_ptr<app::WorkerPool> query_workers;
  std::unique_ptr<app::WorkerPool> workers;
  std::unique_ptr<app::XrayIntake> xray_intake;
  std::unique_ptr<api::XrayServices> xray_services;
  std::unique_ptr<api::Services> services;
  std::unique_ptr<api::LogsDelivery> log_delivery;
  std::unique_ptr<api::NotificationDelivery> notification_delivery;
  std::unique_ptr<net::HttpServer> http;
  std::unique_ptr<net::GrpcServer> grpc;
  std::unique_ptr<net::HttpServer> xray_tcp;
  std::unique_ptr<net::UdpReceiver> xray_udp;
  /// The same, for threads that may ask before it is there.
  std::atomic<const net::UdpReceiver*> udp_for_metrics{nullptr};
  BoundAddresses addresses;

  Status open_storage(const ServerOptions& options);
  Status open_logs(const ServerOptions& options);
  void make_services(const ServerOptions& options);
  void make_xray_services(const ServerOptions& options);
  Status listen(const ServerOptions& options);
  Status listen_for_xray(const ServerOptions& options);
};

std::filesystem::path metadata_file(const std::filesystem::path& data) {
  return data / "metadata.sqlite";
}

Status Server::Parts::open_storage(const ServerOptions& options) {
  store::StoreOptions store_options;
  store_options.directory = options.data / "events";
  store_options.durability = options.durability;
  store_options.memory_bytes = options.memory_bytes;
  store_options.retention_ns = options.retention_days * kNsPerDay;
  TRACERY_TRY(store::system_files().create_directories(store_options.directory));
  // The store first: its lock is what refuses a second process.
  store = TRACERY_TRY(store::EventStore::open(store_options, clock, ingest.replay()));
  ingest.attach(*store);
  database = TRACERY_TRY(app::Database::open(metadata_file(options.data)));
  keys = std::make_unique<app::Keys>(*database, clock);
  documents = std::make_unique<app::Documents>(*database, clock);
  datasets = std::make_unique<app::Datasets>(
      *database, clock, [this] { return store->snapshot(); },
      [this](const std::vector<std::string>& names) { return store->remove_datasets(names); });
  errors = TRACERY_TRY(
      app::Errors::open(*database, clock, ingest, [this] { return store->snapshot(); }));
  TRACERY_TRY(open_logs(options));
  return app::create_starter_board(*documents);
}

Status Server::Parts::open_logs(const ServerOptions& options) {
  const auto snapshot = [this] { return store->snapshot(); };
  auto groups = TRACERY_TRY(app::LogGroups::open(*database, clock, snapshot));
  const app::LogGroups& known = *groups;
  logs.reset(new app::Logs{app::LogDocuments(*database, clock), std::move(groups),
                           app::LogSearch(known, snapshot, options.threads), log_tail, nullptr,
                           nullptr});
  logs->insights_sources =
      std::make_unique<app::LogInsightsSources>(*logs->groups, logs->documents);
  return {};
}

void Server::Parts::make_services(const ServerOptions& options) {
  workers = std::make_unique<app::WorkerPool>(options.threads, kWorkQueueMax);
  query_workers = std::make_unique<app::WorkerPool>(options.threads, kWorkQueueMax);
  app::QueryServiceOptions query_options;
  query_options.threads_per_query = options.threads;
  // Queries get 30 % of the budget; one alone at most half of that.
  query_options.memory_bytes_per_query = options.memory_bytes * 15 / 100;
  queries = std::make_unique<app::QueryService>(
      clock, *query_workers, [this] { return store->snapshot(); }, query_options);
  app::InsightsOptions insights_options;
  insights_options.threads_per_query = options.threads;
  insights_options.memory_bytes_per_query = query_options.memory_bytes_per_query;
  logs->insights = std::make_unique<app::InsightsService>(
      clock, *query_workers, [this] { return store->snapshot(); }, *logs->insights_sources,
      insights_options);
  services = std::make_unique<api::Services>(clock, *keys, *datasets, *documents, ingest, *queries,
                                             feed, *workers, *store, ui_file);
  services->errors = errors.get();
  services->logs = logs.get();
  notification_delivery =
      std::make_unique<api::NotificationDelivery>(*services, options.mail_server);
  make_xray_services(options);
  services->facts.version = kVersion;
  services->facts.started_ns = clock.now_ns();
  services->facts.allow_anonymous = options.allow_anonymous;
  services->facts.aws_account_id = options.aws_account_id;
  services->facts.retention_days = options.retention_days;
}

void Server::Parts::make_xray_services(const ServerOptions& options) {
  app::XrayIntakeOptions intake_options;
  if (options.xray_is_strict) intake_options.validation = xray::Validation::kStrict;
  xray_intake = std::make_unique<app::XrayIntake>(ingest, clock, intake_options);
  query::RunOptions trace_options;
  trace_options.memory_bytes = options.memory_bytes * 15 / 100;
  xray_services = std::make_unique<api::XrayServices>(
      *documents, clock, *xray_intake, [this] { return store->snapshot(); }, trace_options);
  xray_services->is_strict = options.xray_is_strict;
  xray_services->datagrams = [this] {
    const net::UdpReceiver* const receiver = udp_for_metrics;
    return receiver != nullptr ? receiver->counters() : net::UdpCounters{};
  };
  services->xray = xray_services.get();
}

Status Server::Parts::listen(const ServerOptions& options) {
  if (!options.http.empty()) {
    net::HttpOptions http_options;
    http_options.addresses = options.http;
    http_options.threads = options.threads;
    http_options.body_bytes_max = kBodyBytesMax;
    http = TRACERY_TRY(net::HttpServer::start(http_options, api::make_http_handler(*services),
                                              api::make_failure_handler()));
    addresses.http = http->addresses();
  }
  if (!options.grpc.empty()) {
    net::GrpcOptions grpc_options;
    grpc_options.address = options.grpc;
    grpc_options.message_bytes_max = kBodyBytesMax;
    grpc =
        TRACERY_TRY(net::GrpcServer::start(grpc_options, api::make_otlp_grpc_handler(*services)));
    addresses.grpc = grpc->address();
  }
  if (!options.xray.empty()) TRACERY_TRY(listen_for_xray(options));
  return {};
}

/// The daemon's two sockets have one port number; a free one for TCP may be taken for UDP.
Status Server::Parts::listen_for_xray(const ServerOptions& options) {
  constexpr int kTriesMax = 16;
  net::HttpOptions http_options;
  http_options.addresses = {options.xray};
  http_options.threads = 1;
  http_options.body_bytes_max = kBodyBytesMax;
  const bool is_any_port = TRACERY_TRY(net::parse_address(options.xray)).port == 0;
  for (int tries = 1;; ++tries) {
    xray_tcp = TRACERY_TRY(net::HttpServer::start(
        http_options, api::make_xray_daemon_handler(*services), api::make_failure_handler()));
    addresses.xray = xray_tcp->addresses().front();
    auto udp = net::UdpReceiver::start({.address = addresses.xray},
                                       [this](std::span<const std::string_view> datagrams) {
                                         xray_intake->take_datagrams(datagrams);
                                       });
    if (udp.ok()) {
      xray_udp = *std::move(udp);
      udp_for_metrics = xray_udp.get();
      return {};
    }
    if (!is_any_port || tries == kTriesMax) return std::move(udp).error();
  }
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options) {
  std::unique_ptr<Server> server(new Server(std::make_unique<Parts>()));
  Parts& parts = *server->parts_;
  TRACERY_TRY(parts.open_storage(options));
  parts.make_services(options);
  api::ServerFacts& facts = parts.services->facts;
  const auto is_local = [](const std::string& text) {
    const auto address = net::parse_address(text);
    return address.ok() && net::is_loopback_host(address->host);
  };
  facts.is_open =
      options.allow_anonymous || (std::all_of(options.http.begin(), options.http.end(), is_local) &&
                                  (options.grpc.empty() || is_local(options.grpc)) &&
                                  (options.xray.empty() || is_local(options.xray)));
  TRACERY_TRY(parts.listen(options));
  facts.http = parts.addresses.http;
  if (!parts.addresses.grpc.empty()) facts.grpc = {parts.addresses.grpc};
  parts.log_delivery = std::make_unique<api::LogsDelivery>(*parts.services);
  if (!parts.addresses.xray.empty()) facts.xray = {parts.addresses.xray};
  parts.services->is_listening.store(true, std::memory_order_release);
  return server;
}

Server::~Server() {
  Parts& parts = *parts_;
  if (parts.store == nullptr) return;
  if (parts.http) parts.http->stop(kStopGraceMs);
  if (parts.grpc) parts.grpc->stop(kStopGraceMs);
  parts.log_delivery.reset();
  if (parts.xray_tcp) parts.xray_tcp->stop(kStopGraceMs);
  // Answers still on their way come from these; they must end before what they use does.
  parts.workers.reset();
  parts.query_workers.reset();
  // What the socket holds is taken, and what was taken is stored.
  parts.udp_for_metrics = nullptr;
  parts.xray_udp.reset();
  parts.xray_intake.reset();
  // A start from parts is quicker than a replay; if the disk refuses, the log has it all.
  const Status sealed = parts.store->seal();
  static_cast<void>(sealed);
  parts.notification_delivery.reset();
  if (parts.errors) parts.errors->stop();
  parts.store.reset();
  parts.feed.close();
  parts.log_tail.close();
  parts.http.reset();
  parts.grpc.reset();
  parts.xray_tcp.reset();
}

const BoundAddresses& Server::addresses() const { return parts_->addresses; }

}  // namespace tracery::server
