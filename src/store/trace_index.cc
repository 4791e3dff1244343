// SPDX-License-Identifier: Apache-2.0
//
//   bloom     := 32-byte blocks of a split-block Bloom filter over the hashes of the trace ids
//   directory := varint b, { u32 first fingerprint, varint traces, varint bytes } * b
//   buckets   := bucket * b
//   bucket    := ints(n) fingerprints, ints(n) first rows, ints(n) rows, u64 xxh3 of these
//
// The hash of a trace is xxh3-64 of its 16 bytes, its fingerprint the low half. Traces stand in
// the order of their fingerprints, so that those take two bytes as differences.
#include "store/trace_index.h"

#include <algorithm>

#include "base/hash.h"
#include "store/byte_stream.h"
#include "store/int_codec.h"

namespace tracery::store {
namespace {

/// A look-up decodes one bucket: about 10 microseconds.
constexpr std::size_t kBucketTraces = 1024;

std::uint64_t hash_of(const model::TraceId& id) {
  return hash64({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
}

std::uint32_t fingerprint_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }

}  // namespace

model::TraceId trace_key_of(std::string_view text) {
  if (const auto id = model::parse_trace_id(text)) return *id;
  const Hash128 hash = hash128(text);
  model::TraceId id;
  // The lowest bit set keeps the key from being the zero id.
  const std::uint64_t low = hash.low | 1;
  std::memcpy(id.bytes.data(), &hash.high, 8);
  std::memcpy(id.bytes.data() + 8, &low, 8);
  return id;
}

EncodedTraceIndex encode_trace_index(std::span<const TraceRows> traces, int zstd_level) {
  struct Entry {
    std::uint32_t fingerprint;
    std::uint32_t trace;
  };
  std::vector<Entry> entries;
  entries.reserve(traces.size());
  SplitBlockBloom bloom(traces.size());
  for (std::uint32_t t = 0; t < traces.size(); ++t) {
    const std::uint64_t hash = hash_of(traces[t].id);
    bloom.add(hash);
    entries.push_back({fingerprint_of(hash), t});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.fingerprint != b.fingerprint ? a.fingerprint < b.fingerprint : a.trace < b.trace;
  });
  EncodedTraceIndex index;
  index.bloom = bloom.bytes();
  put_varint(index.directory, (entries.size() + kBucketTraces - 1) / kBucketTraces);
  for (std::size_t start = 0; start < entries.size(); start += kBucketTraces) {
    const std::size_t end = std::min(entries.size(), start + kBucketTraces);
    std::vector<std::uint32_t> fingerprints;
    std::vector<std::int64_t> first_rows;
    std::vector<std::uint32_t> rows;
    for (std::size_t i = start; i < end; ++i) {
      const TraceRows& trace = traces[entries[i].trace];
      fingerprints.push_back(entries[i].fingerprint);
      first_rows.push_back(static_cast<std::int64_t>(trace.first_row));
      rows.push_back(trace.rows);
    }
    std::string bucket;
    put_ints(bucket, fingerprints, zstd_level);
    put_ints(bucket, first_rows, zstd_level);
    put_ints(bucket, rows, zstd_level);
    put_fixed(bucket, hash64(bucket));
    put_fixed(index.directory, fingerprints.front());
    put_varint(index.directory, fingerprints.size());
    put_varint(index.directory, bucket.size());
    index.buckets += bucket;
  }
  return index;
}

Result<TraceIndex> TraceIndex::parse(std::string_view bloom, std::string_view directory) {
  ByteReader in(directory);
  std::vector<Bucket> buckets(in.count());
  std::uint64_t offset = 0;
  for (Bucket& bucket : buckets) {
    bucket.first_fingerprint = in.fixed<std::uint32_t>();
    const std::uint64_t traces = in.varint();
    const std::uint64_t bytes = in.varint();
    TRACERY_TRY(in.status(traces <= kBucketTraces && bytes <= UINT32_MAX));
    bucket.traces = static_cast<std::uint32_t>(traces);
    bucket.bytes = static_cast<std::uint32_t>(bytes);
    bucket.offset = offset;
    offset += bytes;
  }
  TRACERY_TRY(in.status(in.left() == 0));
  return TraceIndex(TRACERY_TRY(SplitBlockBloom::parse(bloom)), std::move(buckets));
}

bool TraceIndex::may_contain(const model::TraceId& id) const {
  return bloom_.may_contain(hash_of(id));
}

std::vector<TraceIndex::Bucket> TraceIndex::buckets_of(const model::TraceId& id) const {
  const std::uint32_t fingerprint = fingerprint_of(hash_of(id));
  // The last bucket that begins below the fingerprint may end with it.
  auto bucket = std::lower_bound(
      buckets_.begin(), buckets_.end(), fingerprint,
      [](const Bucket& b, std::uint32_t value) { return b.first_fingerprint < value; });
  if (bucket != buckets_.begin()) --bucket;
  std::vector<Bucket> found;
  for (; bucket != buckets_.end() && bucket->first_fingerprint <= fingerprint; ++bucket) {
    found.push_back(*bucket);
  }
  return found;
}

Status find_in_bucket(std::string_view bytes, const TraceIndex::Bucket& bucket,
                      const model::TraceId& id, std::vector<TraceRows>& found) {
  ByteReader in(bytes);
  const std::string_view body = in.bytes(bytes.size() - std::min<std::size_t>(8, bytes.size()));
  TRACERY_TRY(in.status(in.fixed<std::uint64_t>() == hash64(body)));
  ByteReader columns(body);
  std::vector<std::uint32_t> fingerprints(bucket.traces);
  std::vector<std::int64_t> first_rows(bucket.traces);
  std::vector<std::uint32_t> rows(bucket.traces);
  TRACERY_TRY(get_ints(columns, std::span(fingerprints)));
  TRACERY_TRY(get_ints(columns, std::span(first_rows)));
  TRACERY_TRY(get_ints(columns, std::span(rows)));
  const std::uint32_t fingerprint = fingerprint_of(hash_of(id));
  for (std::size_t i = 0; i < fingerprints.size(); ++i) {
    if (fingerprints[i] != fingerprint) continue;
    found.push_back({{}, static_cast<std::uint64_t>(first_rows[i]), rows[i]});
  }
  return {};
}

}  // namespace tracery::store
