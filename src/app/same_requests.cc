// SPDX-License-Identifier: Apache-2.0
#include "app/same_requests.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "model/event.h"
#include "model/names.h"
#include "query/events.h"
#include "query/filter_value.h"
#include "query/span_time.h"
#include "query/trace.h"

namespace tracery::app {
namespace {

namespace names = model::names;
using query::FilterOp;

constexpr std::int64_t kStartsApartNs = 20 * kNsPerMs;

/// The first of some fields that an event has, as text.
std::string first_of(const model::Event& event, std::initializer_list<std::string_view> fields) {
  for (const std::string_view field : fields) {
    const auto* value = model::find_field(event, field);
    if (value != nullptr) return query::value_text(*value);
  }
  return {};
}

/// Of "host:port" or a list of addresses, the first address.
std::string first_address(std::string text) {
  text.erase(std::min(text.find(','), text.size()));
  const bool has_port = std::count(text.begin(), text.end(), ':') == 1;
  if (has_port) text.erase(text.find(':'));
  return text;
}

/// The path of a URL or of a request target.
std::string path_of(std::string url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string::npos) {
    const std::size_t slash = url.find('/', scheme + 3);
    url = slash == std::string::npos ? "/" : url.substr(slash);
  }
  url.erase(std::min(url.find_first_of("?#"), url.size()));
  return url;
}

/// What a span tells of the HTTP request it serves.
struct Served {
  std::string method, path, status, client;
  std::string source;
  std::int64_t start_ns = 0, end_ns = 0;

  bool is_known() const { return !method.empty() && !path.empty(); }
};

Served served_by(const model::Event& event) {
  Served served;
  served.method = first_of(event, {"http.request.method", "http.method"});
  served.path = path_of(first_of(event, {"url.path", "http.target", "url.full", "http.url"}));
  served.status = first_of(event, {"http.response.status_code", "http.status_code"});
  served.client = first_address(
      first_of(event, {"client.address", "http.client_ip", "net.sock.peer.addr", "net.peer.ip"}));
  served.source = first_of(event, {names::kSource});
  served.start_ns = served.end_ns = event.time_ns;
  const auto* duration = model::find_field(event, names::kDurationMs);
  if (const auto* ms = duration == nullptr ? nullptr : std::get_if<double>(duration)) {
    served.end_ns = query::end_of_span(event.time_ns, *ms);
  }
  return served;
}

/// Whether both know it and agree, or one does not know.
bool agree(const std::string& a, const std::string& b) { return a.empty() || b.empty() || a == b; }

bool is_same(const Served& a, const Served& b) {
  return a.source != b.source && a.method == b.method && a.path == b.path &&
         agree(a.status, b.status) && agree(a.client, b.client) &&
         std::llabs(a.start_ns - b.start_ns) < kStartsApartNs && a.start_ns <= b.end_ns &&
         b.start_ns <= a.end_ns;
}

std::vector<SameRequest::Evidence> evidence_of(const Served& a, const Served& b) {
  std::vector<SameRequest::Evidence> evidence = {{"http.method", a.method}, {"url.path", a.path}};
  if (!a.status.empty() && a.status == b.status) evidence.push_back({"http.status_code", a.status});
  if (!a.client.empty() && a.client == b.client) evidence.push_back({"client.address", a.client});
  return evidence;
}

bool serves(const model::Event& event) {
  return first_of(event, {names::kSpanKind}) == "server" &&
         model::find_field(event, names::kAnnotationType) == nullptr;
}

/// Spans that serve requests and start about when this one does.
Result<std::vector<model::Event>> candidates(const store::Snapshot& snapshot,
                                             const Served& served) {
  query::EventsSpec spec;
  spec.from_ns = served.start_ns - kStartsApartNs;
  spec.to_ns = served.start_ns + kStartsApartNs;
  spec.filters.filters = {
      {std::string(names::kSpanKind), FilterOp::kEqual, {std::string("server")}},
      {std::string(names::kAnnotationType), FilterOp::kNotExists, {}}};
  constexpr std::size_t kMost = 10'000;
  spec.limit = kMost;
  spec.columns = {std::string(names::kTraceId),
                  std::string(names::kSpanId),
                  std::string(names::kName),
                  std::string(names::kSource),
                  std::string(names::kSpanKind),
                  std::string(names::kDurationMs),
                  "http.request.method",
                  "http.method",
                  "url.path",
                  "http.target",
                  "url.full",
                  "http.url",
                  "http.response.status_code",
                  "http.status_code",
                  "client.address",
                  "http.client_ip",
                  "net.sock.peer.addr",
                  "net.peer.ip"};
  return query::find_events(snapshot, spec);
}

Result<std::optional<SameRequest>> find_other(const store::Snapshot& snapshot,
                                              const model::TraceId& id, const model::Event& event) {
  const Served served = served_by(event);
  if (!served.is_known()) return std::optional<SameRequest>();
  std::optional<SameRequest> found;
  for (const model::Event& other : TRACERY_TRY(candidates(snapshot, served))) {
    const auto other_trace = model::parse_trace_id(first_of(other, {names::kTraceId}));
    const Served there = served_by(other);
    if (!other_trace || *other_trace == id || !is_same(served, there)) continue;
    SameRequest same;
    same.span_id = first_of(event, {names::kSpanId});
    same.other_trace = *other_trace;
    same.other_span_id = first_of(other, {names::kSpanId});
    same.other_source = there.source;
    same.other_name = first_of(other, {names::kName});
    same.start_difference_ns = there.start_ns - served.start_ns;
    same.evidence = evidence_of(served, there);
    // An unfinished report and the finished one are the same span.
    if (found && found->other_span_id == same.other_span_id) continue;
    const bool is_nearer =
        !found || std::llabs(same.start_difference_ns) < std::llabs(found->start_difference_ns);
    same.is_ambiguous = found.has_value();
    if (is_nearer) {
      found = std::move(same);
    } else {
      found->is_ambiguous = true;
    }
  }
  return found;
}

}  // namespace

Result<std::vector<SameRequest>> find_same_requests(const store::Snapshot& snapshot,
                                                    const model::TraceId& id) {
  std::vector<SameRequest> found;
  for (const model::Event& event : TRACERY_TRY(query::find_trace_events(snapshot, id))) {
    if (!serves(event)) continue;
    const std::string span_id = first_of(event, {names::kSpanId});
    const bool is_done = std::any_of(found.begin(), found.end(), [&](const SameRequest& same) {
      return same.span_id == span_id;
    });
    if (is_done) continue;
    auto same = TRACERY_TRY(find_other(snapshot, id, event));
    if (same) found.push_back(*std::move(same));
  }
  return found;
}

}  // namespace tracery::app
