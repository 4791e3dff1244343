// SPDX-License-Identifier: Apache-2.0
#include "record/exception_report.h"

#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <string_view>
#include <typeinfo>

namespace tracery::app::record {
namespace {

constexpr std::size_t kChainMax = 16;

std::string demangle(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> plain(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
  if (!plain || status != 0) return name;
  // What std::throw_with_nested() throws is a type of libstdc++ around the one that was thrown.
  constexpr std::string_view kNested = "std::_Nested_exception<";
  std::string_view type(plain.get());
  if (type.starts_with(kNested))
    type = type.substr(kNested.size(), type.size() - kNested.size() - 1);
  return std::string(type);
}

void add_nested(const std::exception& error, std::vector<ExceptionInfo>& chain);

/// Adds what is being handled, and what it nests.
void add_current(std::vector<ExceptionInfo>& chain) {
  if (chain.size() >= kChainMax) return;
  try {
    throw;
  } catch (const std::exception& error) {
    chain.push_back({demangle(typeid(error).name()), error.what()});
    add_nested(error, chain);
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    chain.push_back({type ? demangle(type->name()) : "unknown", ""});
  }
}

void add_nested(const std::exception& error, std::vector<ExceptionInfo>& chain) {
  try {
    std::rethrow_if_nested(error);
  } catch (...) {
    add_current(chain);
  }
}

}  // namespace

std::vector<ExceptionInfo> describe(const std::exception& error) {
  std::vector<ExceptionInfo> chain{{demangle(typeid(error).name()), error.what()}};
  add_nested(error, chain);
  return chain;
}

std::vector<ExceptionInfo> describe_current() {
  std::vector<ExceptionInfo> chain;
  if (!std::current_exception()) return {{"unknown", ""}};
  add_current(chain);
  return chain;
}

std::string chain_text(const std::vector<ExceptionInfo>& chain) {
  std::string text;
  for (const ExceptionInfo& link : chain) {
    if (!text.empty()) text += "\ncaused by ";
    text += link.type;
    if (!link.message.empty()) text += ": " + link.message;
  }
  return text;
}

}  // namespace tracery::app::record
