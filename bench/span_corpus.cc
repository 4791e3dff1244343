// SPDX-License-Identifier: Apache-2.0
#include "span_corpus.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include <protozero/pbf_writer.hpp>

#include "base/compression.h"
#include "base/hash.h"
#include "base/hex.h"

namespace tracery::bench {
namespace {

std::string_view take_cell(std::string_view& line) {
  const std::size_t end = std::min(line.find(','), line.size());
  const std::string_view cell = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return cell;
}

std::int64_t parse_int(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

template <std::size_t N>
std::array<char, N> parse_id(std::string_view hex) {
  std::array<std::uint8_t, N> bytes{};
  from_hex(hex, bytes);
  std::array<char, N> id{};
  std::copy(bytes.begin(), bytes.end(), id.begin());
  return id;
}

/// Numbers names in the order they first occur.
struct Names {
  std::vector<std::string>& list;
  std::map<std::string, std::uint32_t, std::less<>> index;

  std::uint32_t number_of(std::string_view name) {
    const auto found = index.find(name);
    if (found != index.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(list.size());
    list.emplace_back(name);
    index.emplace(name, number);
    return number;
  }
};

std::string_view service_of(std::string_view pod) {
  for (int i = 0; i < 2; ++i) pod = pod.substr(0, std::min(pod.rfind('-'), pod.size()));
  return pod;
}

void finish(SpanCorpus& corpus) {
  std::stable_sort(corpus.spans.begin(), corpus.spans.end(),
                   [](const auto& a, const auto& b) { return a.start_ns < b.start_ns; });
  for (const CorpusSpan& span : corpus.spans) {
    corpus.last_end_ns = std::max(corpus.last_end_ns, span.end_ns);
  }
}

using protozero::pbf_writer;

/// Writes one KeyValue of the enclosing message's field `tag`.
struct Attributes {
  pbf_writer& parent;
  std::uint32_t tag;

  void text(std::string_view key, std::string_view value) {
    write(key, [&](pbf_writer& any) { any.add_string(1, value.data(), value.size()); });
  }
  void number(std::string_view key, std::int64_t value) {
    write(key, [&](pbf_writer& any) { any.add_int64(3, value); });
  }
  void real(std::string_view key, double value) {
    write(key, [&](pbf_writer& any) { any.add_double(4, value); });
  }
  void truth(std::string_view key, bool value) {
    write(key, [&](pbf_writer& any) { any.add_bool(2, value); });
  }

  template <typename F>
  void write(std::string_view key, F&& fill) {
    pbf_writer pair(parent, tag);
    pair.add_string(1, key.data(), key.size());
    pbf_writer any(pair, 2);
    fill(any);
  }
};

constexpr std::array kAgents = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1",
    "kube-probe/1.29", "python-requests/2.32.3", "okhttp/4.12.0"};
constexpr std::array kTables = {"users", "carts", "orders", "products", "shipments", "currencies"};
constexpr std::array kRegions = {"eu-central-1", "us-east-1", "ap-southeast-2"};

void write_common(Attributes& out, std::uint64_t random, std::uint32_t user) {
  out.text("app.user_id", "user-" + std::to_string(user));
  out.text("app.tier", user % 10 == 0 ? "pro" : "free");
  out.text("app.region", kRegions[user % kRegions.size()]);
  out.text("app.build", "v1.42." + std::to_string(random % 4));
  out.text("thread.name", "worker-" + std::to_string(random >> 8 & 15));
  out.number("thread.id", static_cast<std::int64_t>(random >> 12 & 63));
  out.truth("app.feature.new_cart", (random >> 18 & 7) == 0);
  out.text("session.id", to_base64(std::to_string(hash64("session", user * 7 + (random & 3)))));
}

void write_rpc(Attributes& out, std::string_view operation, std::uint64_t random) {
  const std::size_t slash = std::min(operation.find('/'), operation.size());
  out.text("rpc.system", "grpc");
  out.text("rpc.service", operation.substr(0, slash));
  out.text("rpc.method", operation.substr(std::min(slash + 1, operation.size())));
  out.number("rpc.grpc.status_code", (random >> 20 & 127) == 0 ? 14 : 0);
  out.text("server.address",
           "10.8." + std::to_string(random % 4) + '.' + std::to_string(random >> 4 & 31));
  out.number("server.port", 7070);
  out.text("network.transport", "tcp");
  out.text("network.type", "ipv4");
  out.number("message.bytes", static_cast<std::int64_t>(random >> 30 & 4095));
  out.number("message.id", 1);
}

void write_http(Attributes& out, std::string_view operation, std::uint64_t random,
                std::uint32_t user) {
  constexpr std::array kRoutes = {"/", "/product/{id}", "/cart", "/cart/checkout", "/setCurrency"};
  const std::string_view route = kRoutes[hash64(operation) % kRoutes.size()];
  const bool failed = (random >> 24 & 63) == 0;
  out.text("http.request.method", (random & 3) == 0 ? "POST" : "GET");
  out.text("http.route", route);
  out.text("url.path", std::string(route) + "?item=" + std::to_string(random % 997));
  out.text("url.scheme", "http");
  out.number("http.response.status_code", failed ? 500 : 200);
  out.text("user_agent.original", kAgents[user % kAgents.size()]);
  out.text("client.address",
           "203.0." + std::to_string(user % 200) + '.' + std::to_string(user / 200 % 250));
  out.number("http.response.body.size", static_cast<std::int64_t>(random >> 34 & 65535));
  out.text("network.protocol.version", "1.1");
  if (failed) out.text("error.type", "500");
}

void write_database(Attributes& out, std::uint64_t random, std::uint32_t user) {
  const char* table = kTables[random % kTables.size()];
  out.text("db.system.name", "postgresql");
  out.text("db.namespace", "shop");
  out.text("db.collection.name", table);
  out.text("db.operation.name", (random & 7) == 0 ? "UPDATE" : "SELECT");
  out.text("db.query.text", std::string("SELECT id, name, price, stock FROM ") + table +
                                " WHERE owner = $1 AND state = $2 ORDER BY changed_at LIMIT " +
                                std::to_string(10 << (random >> 8 & 3)));
  out.number("db.response.returned_rows", static_cast<std::int64_t>(random >> 40 & 127));
  out.real("db.pool.wait_ms", static_cast<double>(random >> 47 & 1023) / 100.0);
  out.number("db.user.shard", user % 16);
}

/// About one attribute in twenty: values that never come again.
void write_unique(Attributes& out, std::uint64_t random) {
  const std::uint64_t other = mix64(random);
  std::array<std::uint8_t, 8> bytes{};
  std::memcpy(bytes.data(), &other, sizeof other);
  out.text("request.id", "req-" + to_hex(bytes));
  if ((random & 1) == 0) out.text("idempotency.key", to_hex(bytes) + "-" + std::to_string(random));
}

}  // namespace

Result<SpanCorpus> read_corpus(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{ErrorCode::kNotFound, "no such file: " + file};
  const std::string packed((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::string text = TRACERY_TRY(decompress(Compression::kZstd, packed, 4ULL << 30));
  SpanCorpus corpus;
  Names services{corpus.services, {}};
  Names operations{corpus.operations, {}};
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    CorpusSpan span;
    span.trace_id = parse_id<16>(take_cell(line));
    span.span_id = parse_id<8>(take_cell(line));
    const std::string_view parent = take_cell(line);
    if (parent != "root") span.parent_id = parse_id<8>(parent);
    span.service = services.number_of(service_of(take_cell(line)));
    span.operation = operations.number_of(take_cell(line));
    span.start_ns = parse_int(take_cell(line));
    span.end_ns = parse_int(take_cell(line));
    corpus.spans.push_back(span);
  }
  finish(corpus);
  return corpus;
}

SpanCorpus make_corpus(std::size_t spans) {
  SpanCorpus corpus;
  for (int i = 0; i < 10; ++i) corpus.services.push_back("service-" + std::to_string(i));
  for (int i = 0; i < 50; ++i) corpus.operations.push_back("shop.Api/Call" + std::to_string(i));
  std::mt19937_64 random(1);
  constexpr std::size_t kSpansPerTrace = 40;
  CorpusSpan root;
  for (std::size_t i = 0; i < spans; ++i) {
    CorpusSpan span;
    const std::uint64_t id = random();
    std::memcpy(span.span_id.data(), &id, sizeof id);
    if (i % kSpansPerTrace == 0) {
      std::memcpy(span.trace_id.data() + 8, &id, sizeof id);
      span.start_ns = 1'700'000'000'000'000'000 + static_cast<std::int64_t>(i) * 100'000;
      root = span;
    } else {
      span.trace_id = root.trace_id;
      span.parent_id = root.span_id;
      span.start_ns = root.start_ns + static_cast<std::int64_t>(random() % 5'000'000);
    }
    span.end_ns = span.start_ns + 10'000 + static_cast<std::int64_t>(random() % 20'000'000);
    span.service = static_cast<std::uint32_t>(random() % corpus.services.size());
    span.operation = static_cast<std::uint32_t>(random() % corpus.operations.size());
    corpus.spans.push_back(span);
  }
  finish(corpus);
  return corpus;
}

OtlpWriter::OtlpWriter(const SpanCorpus& corpus) : corpus_(corpus) {
  for (std::uint32_t user = 0; user < kUsers; ++user) {
    const auto copies = static_cast<std::uint32_t>(2000.0 / std::pow(user + 1.0, 0.9)) + 1;
    users_.insert(users_.end(), copies, user);
  }
}

void OtlpWriter::write_resource(pbf_writer& resource_spans, std::size_t service) const {
  {
    pbf_writer resource(resource_spans, 1);
    Attributes out{resource, 1};
    out.text("service.name", corpus_.services[service]);
    out.text("service.version", "1.42.0");
    out.text("telemetry.sdk.name", "opentelemetry");
    out.text("telemetry.sdk.language", "go");
    out.text("telemetry.sdk.version", "1.27.0");
    out.text("host.name", "node-" + std::to_string(service % 3));
    out.text("k8s.namespace.name", "shop");
    out.text("k8s.pod.name", corpus_.services[service] + "-579b9bff58-t2dbm");
  }
}

void OtlpWriter::write_span(pbf_writer& scope_spans, const CorpusSpan& span, std::uint32_t pass,
                            std::int64_t shift_ns) const {
  const std::string& operation = corpus_.operations[span.operation];
  const std::uint64_t random = hash64({span.span_id.data(), span.span_id.size()}, pass + 1);
  const std::uint64_t trace_hash = hash64({span.trace_id.data(), span.trace_id.size()}, pass);
  const std::uint32_t user = users_[trace_hash % users_.size()];
  auto trace_id = span.trace_id;
  trace_id[0] = static_cast<char>(trace_id[0] ^ static_cast<char>(pass));
  trace_id[1] = static_cast<char>(trace_id[1] ^ static_cast<char>(pass >> 8));
  pbf_writer out(scope_spans, 2);
  out.add_bytes(1, trace_id.data(), trace_id.size());
  out.add_bytes(2, span.span_id.data(), span.span_id.size());
  const bool is_root = span.parent_id == std::array<char, 8>{};
  if (!is_root) out.add_bytes(4, span.parent_id.data(), span.parent_id.size());
  out.add_string(5, operation);
  out.add_enum(6, is_root ? 2 : 3);
  out.add_fixed64(7, static_cast<std::uint64_t>(span.start_ns + shift_ns));
  out.add_fixed64(8, static_cast<std::uint64_t>(span.end_ns + shift_ns));
  Attributes attributes{out, 9};
  write_common(attributes, random, user);
  const std::uint64_t shape = hash64(operation) % 3;
  if (shape == 0) write_http(attributes, operation, random, user);
  if (shape != 0) write_rpc(attributes, operation, random);
  if (shape == 2) write_database(attributes, random, user);
  write_unique(attributes, random);
  if ((random >> 24 & 63) == 0) {
    pbf_writer status(out, 15);
    status.add_enum(3, 2);
  }
}

void OtlpWriter::write_log(pbf_writer& scope_logs, const CorpusSpan& span, std::uint32_t pass,
                           std::int64_t shift_ns) const {
  const std::uint64_t random = hash64({span.span_id.data(), span.span_id.size()}, pass + 1);
  const std::uint32_t user = users_[random % users_.size()];
  const bool is_error = (random >> 24 & 63) == 0;
  pbf_writer out(scope_logs, 2);
  out.add_fixed64(1, static_cast<std::uint64_t>(span.start_ns + shift_ns));
  out.add_enum(2, is_error ? 17 : 9);
  out.add_string(3, is_error ? "ERROR" : "INFO");
  {
    pbf_writer body(out, 5);
    body.add_string(1, "handled " + corpus_.operations[span.operation] + " for user " +
                           std::to_string(user) + " in " +
                           std::to_string((span.end_ns - span.start_ns) / 1'000) + " us");
  }
  Attributes attributes{out, 6};
  write_common(attributes, random, user);
  out.add_bytes(9, span.trace_id.data(), span.trace_id.size());
  out.add_bytes(10, span.span_id.data(), span.span_id.size());
}

std::string OtlpWriter::write(std::size_t first, std::size_t count, std::uint32_t pass,
                              std::int64_t shift_ns) const {
  return write_request(first, count, pass, shift_ns, &OtlpWriter::write_span);
}

std::string OtlpWriter::write_logs(std::size_t first, std::size_t count, std::uint32_t pass,
                                   std::int64_t shift_ns) const {
  return write_request(first, count, pass, shift_ns, &OtlpWriter::write_log);
}

// Requests of spans and of logs differ in nothing down to the single one.
std::string OtlpWriter::write_request(std::size_t first, std::size_t count, std::uint32_t pass,
                                      std::int64_t shift_ns, WriteOne write_one) const {
  std::vector<std::vector<const CorpusSpan*>> by_service(corpus_.services.size());
  const std::size_t end = std::min(first + count, corpus_.spans.size());
  for (std::size_t i = first; i < end; ++i) {
    by_service[corpus_.spans[i].service].push_back(&corpus_.spans[i]);
  }
  std::string body;
  pbf_writer request(body);
  for (std::size_t service = 0; service < by_service.size(); ++service) {
    if (by_service[service].empty()) continue;
    pbf_writer resource_spans(request, 1);
    write_resource(resource_spans, service);
    pbf_writer scope_spans(resource_spans, 2);
    {
      pbf_writer scope(scope_spans, 1);
      scope.add_string(1, "go.opentelemetry.io/contrib/instrumentation/grpc");
      scope.add_string(2, "0.52.0");
    }
    for (const CorpusSpan* span : by_service[service]) {
      (this->*write_one)(scope_spans, *span, pass, shift_ns);
    }
  }
  return body;
}

}  // namespace tracery::bench
