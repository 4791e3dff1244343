// SPDX-License-Identifier: Apache-2.0
#include "sdk/sampler.h"

#include <charconv>
#include <chrono>
#include <cstring>
#include <random>
#include <unistd.h>

#include <opentelemetry/sdk/trace/samplers/always_off_factory.h>
#include <opentelemetry/sdk/trace/samplers/always_on_factory.h>
#include <opentelemetry/sdk/trace/samplers/parent_factory.h>
#include <opentelemetry/sdk/trace/samplers/trace_id_ratio_factory.h>

namespace tracery::app::sdk {
namespace {

namespace api = opentelemetry::trace;
namespace otel_sdk = opentelemetry::sdk::trace;
namespace nostd = opentelemetry::nostd;

double ratio_of(const std::string& argument) {
  double ratio = 1.0;
  const auto [end, error] =
      std::from_chars(argument.data(), argument.data() + argument.size(), ratio);
  return error == std::errc() && ratio >= 0.0 && ratio <= 1.0 ? ratio : 1.0;
}

/// A thread's source of random numbers. A child process must not repeat its parent's ids.
std::uint64_t random_number() {
  thread_local std::mt19937_64 generator;
  thread_local pid_t owner = 0;
  if (const pid_t self = getpid(); owner != self) {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), static_cast<unsigned>(self)};
    generator.seed(seed);
    owner = self;
  }
  return generator();
}

template <std::size_t kSize>
void fill_random(std::array<std::uint8_t, kSize>& bytes) {
  for (std::size_t at = 0; at < kSize; at += sizeof(std::uint64_t)) {
    const std::uint64_t number = random_number();
    std::memcpy(bytes.data() + at, &number, sizeof number);
  }
  bytes.back() |= 1U;  // An id of zeros is no id.
}

class IdGenerator final : public otel_sdk::IdGenerator {
 public:
  explicit IdGenerator(bool starts_with_time)
      : otel_sdk::IdGenerator(!starts_with_time), starts_with_time_(starts_with_time) {}

  api::SpanId GenerateSpanId() noexcept override {
    std::array<std::uint8_t, 8> id;
    fill_random(id);
    return api::SpanId(nostd::span<const std::uint8_t, 8>(id.data(), id.size()));
  }

  api::TraceId GenerateTraceId() noexcept override {
    std::array<std::uint8_t, 16> id;
    fill_random(id);
    if (starts_with_time_) {
      const auto seconds =
          static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(
                                         std::chrono::system_clock::now().time_since_epoch())
                                         .count());
      for (std::size_t i = 0; i < 4; ++i) {
        id[i] = static_cast<std::uint8_t>(seconds >> (24U - 8U * i));
      }
    }
    return api::TraceId(nostd::span<const std::uint8_t, 16>(id.data(), id.size()));
  }

 private:
  const bool starts_with_time_;
};

}  // namespace

std::unique_ptr<otel_sdk::Sampler> make_sampler(const config::SamplerSettings& settings) {
  std::string_view name = settings.name;
  const bool is_parent_based = name.starts_with("parentbased_");
  if (is_parent_based) name.remove_prefix(std::strlen("parentbased_"));
  std::unique_ptr<otel_sdk::Sampler> sampler;
  if (name == "always_off") {
    sampler = otel_sdk::AlwaysOffSamplerFactory::Create();
  } else if (name == "traceidratio") {
    sampler = otel_sdk::TraceIdRatioBasedSamplerFactory::Create(ratio_of(settings.argument));
  } else {
    sampler = otel_sdk::AlwaysOnSamplerFactory::Create();
  }
  if (!is_parent_based) return sampler;
  return otel_sdk::ParentBasedSamplerFactory::Create(std::shared_ptr(std::move(sampler)));
}

std::unique_ptr<otel_sdk::IdGenerator> make_id_generator(bool starts_with_time) {
  return std::make_unique<IdGenerator>(starts_with_time);
}

}  // namespace tracery::app::sdk
