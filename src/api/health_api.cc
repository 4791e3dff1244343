// SPDX-License-Identifier: Apache-2.0
#include "api/health_api.h"

#include <map>

#include "api/answers.h"
#include "api/xray_services.h"
#include "app/errors.h"
#include "base/json_writer.h"
#include "store/key_explosion.h"

namespace tracery::api {
namespace {

/// Collects metrics in the text form.
class MetricsText {
 public:
  void counter(const char* name, const char* help, std::uint64_t value) {
    write(name, help, "counter", value);
  }
  void gauge(const char* name, const char* help, std::uint64_t value) {
    write(name, help, "gauge", value);
  }
  /// One line for each value of `label`; none when there are no values.
  void counters(const char* name, const char* help, const char* label,
                const std::map<std::string, std::uint64_t>& values) {
    if (values.empty()) return;
    const std::string full = std::string("tracery_") + name;
    text_ += "# HELP " + full + ' ' + help + "\n# TYPE " + full + " counter\n";
    for (const auto& [value, count] : values) {
      // JSON's quoting is as good as Prometheus' own for these texts.
      text_ += full + '{' + label + '=' + json_quote(value) + "} " + std::to_string(count) + '\n';
    }
  }
  std::string take() { return std::move(text_); }

 private:
  void write(const char* name, const char* help, const char* type, std::uint64_t value) {
    const std::string full = std::string("tracery_") + name;
    text_ += "# HELP " + full + ' ' + help + "\n# TYPE " + full + ' ' + type + '\n';
    text_ += full + ' ' + std::to_string(value) + '\n';
  }

  std::string text_;
};

void write_ingest(MetricsText& metrics, const app::IngestCounters& counters) {
  metrics.counter("requests_accepted_total", "Ingest requests stored.", counters.requests_accepted);
  metrics.counter("requests_malformed_total", "Ingest requests that could not be read.",
                  counters.requests_malformed);
  metrics.counter("requests_refused_total", "Ingest requests refused for overload or a full disk.",
                  counters.requests_refused);
  metrics.counter("events_accepted_total", "Events stored.", counters.events_accepted);
  metrics.counter("events_rejected_total", "Events refused inside requests that were stored.",
                  counters.events_rejected);
  metrics.counter("body_bytes_total", "Bytes of ingest bodies as received.", counters.body_bytes);
  metrics.counter("fields_dropped_total", "Fields over the limit of an event.",
                  counters.fields_dropped);
  metrics.counter("strings_cut_total", "Strings over the length limit.", counters.strings_cut);
  metrics.counter("strings_mended_total", "Strings with bad UTF-8 replaced.",
                  counters.strings_mended);
}

void write_xray(MetricsText& metrics, const XrayServices& xray) {
  const net::UdpCounters socket = xray.datagrams();
  const app::XrayIntakeCounters intake = xray.intake.counters();
  metrics.counter("xray_datagrams_total", "Datagrams received by the X-Ray daemon.",
                  socket.datagrams);
  metrics.counter("xray_datagram_bytes_total", "Bytes of those datagrams.", socket.bytes);
  metrics.counters("xray_datagrams_dropped_total", "Datagrams lost before they were read.",
                   "reason",
                   {{"kernel_buffer_full", socket.dropped_by_kernel},
                    {"store_overloaded", intake.datagrams_dropped}});
  metrics.counter("xray_documents_accepted_total", "Segment documents stored.",
                  intake.documents_accepted);
  metrics.counters("xray_documents_rejected_total", "Segment documents that could not be stored.",
                   "reason", intake.rejected);
}

void write_notifications(MetricsText& metrics, const app::NotificationCounters& counters) {
  metrics.counter("notifications_sent_total", "Messages about errors that were delivered.",
                  counters.sent);
  metrics.counter("notification_tries_failed_total", "Tries to deliver one that failed.",
                  counters.failed_tries);
  metrics.counters("notifications_dropped_total", "Messages that were not delivered.", "reason",
                   counters.dropped);
}

void write_store(MetricsText& metrics, const store::StoreStats& stats) {
  metrics.counter("events_expired_total", "Events older than retention when they came.",
                  stats.events_expired);
  metrics.counter("log_bytes_total", "Bytes written to the log.", stats.log_bytes);
  metrics.counter("log_syncs_total", "Group commits of the log.", stats.log_syncs);
  metrics.gauge("log_queue_bytes", "Bytes waiting for the log.", stats.log_queue_bytes);
  metrics.gauge("parts", "Parts on disk.", stats.parts);
  metrics.gauge("part_bytes", "Bytes of parts on disk.", stats.part_bytes);
  metrics.gauge("part_rows", "Rows in parts.", stats.part_rows);
  metrics.gauge("head_rows", "Rows in the head block.", stats.head_rows);
  metrics.gauge("head_bytes", "Memory of the head block.", stats.head_bytes);
  metrics.gauge("cache_bytes", "Memory of cached column vectors.", stats.cache_bytes);
  metrics.counter("merges_total", "Merges of parts.", stats.merges);
  metrics.counter("values_overflowed_total", "Values of columns over the limit of a dataset.",
                  stats.values_overflowed);
  metrics.gauge("writable", "1 while the disk takes writes.", stats.writable ? 1 : 0);
}

}  // namespace

void add_health_routes(Router& router, Services& services) {
  router.add("GET", "/healthz",
             [](const std::shared_ptr<Call>& call) { call->respond(text_response(200, "ok\n")); });
  router.add("GET", "/readyz", [&services](const std::shared_ptr<Call>& call) {
    const bool is_ready = services.store.stats().writable;
    call->respond(is_ready ? text_response(200, "ready\n")
                           : text_response(503, "the disk refuses writes\n"));
  });
  router.add("GET", "/metrics", [&services](const std::shared_ptr<Call>& call) {
    MetricsText metrics;
    write_ingest(metrics, services.ingest.counters());
    write_store(metrics, services.store.stats());
    write_xray(metrics, *services.xray);
    write_notifications(metrics, services.errors->notifications().counters());
    metrics.gauge("key_explosions", "Families of columns with values in their names.",
                  store::find_key_explosions(*services.store.snapshot()->catalogue).size());
    net::Response response = text_response(200, metrics.take());
    response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
    call->respond(std::move(response));
  });
}

}  // namespace tracery::api
