// SPDX-License-Identifier: Apache-2.0
// Fails in many ways; writes a report of each failure, a line of JSON. argv: rounds.
#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>

#include <any>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <variant>
#include <vector>

namespace {
std::mt19937 dice(7);
void* stack[64];
int depth = 0;
}  // namespace

// Every throw passes here, so this knows where it happened.
extern "C" void keep_and_throw(void* thrown, void* type, void (*destroy)(void*)) asm("__cxa_throw");
void keep_and_throw(void* thrown, void* type, void (*destroy)(void*)) {
  depth = backtrace(stack, 64);
  using Throw = void (*)(void*, void*, void (*)(void*));
  reinterpret_cast<Throw>(dlsym(RTLD_NEXT, "__cxa_throw"))(thrown, type, destroy);
  std::abort();
}

namespace shop {

std::string number(unsigned most) { return std::to_string(dice() % most); }

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
  return status == 0 ? text.get() : name;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + '"';
}

void report(const std::string& label, const std::exception& thrown) {
  std::string frames;
  for (int i = depth - 1; i > 0; --i) {
    Dl_info info{};
    if (dladdr(stack[i], &info) == 0) continue;
    const std::string method = info.dli_sname == nullptr ? "" : demangled(info.dli_sname);
    frames += std::string(frames.empty() ? "" : ",") + "{\"filename\":" + quoted(info.dli_fname) +
              ",\"method\":" + quoted(method) + "}";
  }
  std::printf(
      "{\"environment\":\"production\",\"language\":\"c++\",\"body\":{\"trace\":{\"frames\":[%s],"
      "\"exception\":{\"class\":%s,\"message\":%s}}},\"custom\":{\"label\":%s}}\n",
      frames.c_str(), quoted(demangled(typeid(thrown).name())).c_str(),
      quoted(thrown.what()).c_str(), quoted("c++ " + label).c_str());
}

struct OutOfStock : std::runtime_error {
  using std::runtime_error::runtime_error;
};

int price_of(const std::map<std::string, int>& prices, const std::string& sku) {
  return prices.at(sku);
}
int item(const std::vector<int>& items, std::size_t at) { return items.at(at); }
int quantity(const std::string& text) { return std::stoi(text); }

template <typename T>
T checked(std::any value) {
  return std::any_cast<T>(value);
}

template <typename Work>
auto twice(Work work) {
  work();
  return work();
}

void reserve() { throw OutOfStock("sku-" + number(99999) + " has " + number(9) + " left"); }
void declined_card() { throw std::runtime_error("declined"); }
void declined_transfer() { throw std::runtime_error("declined"); }
int descend(int left) { return left == 0 ? item({}, dice() % 9) : descend(left - 1); }
void parse_page() { static_cast<void>(quantity("page-" + number(999))); }
void open_file() { std::filesystem::file_size("/tmp/shop-" + number(99999) + "/orders.db"); }
void in_thread() { std::async(std::launch::async, [] { reserve(); }).get(); }
void by_function() { std::function<void(int)>([](int at) { item({1}, at + 2u); })(dice() % 9); }

const std::map<std::string, void (*)()> kCases = {
    {"price", [] { price_of({{"a", 1}}, "b" + number(99)); }},
    {"item", [] { item({1, 2}, 2 + dice() % 90); }},
    {"quantity", parse_page},
    {"too big", [] { quantity("99999999999" + number(999)); }},
    {"stock", reserve},
    {"card", declined_card},
    {"transfer", declined_transfer},
    {"descend", [] { descend(static_cast<int>(dice() % 12)); }},
    {"file", open_file},
    {"any", [] { checked<int>(std::string("7")); }},
    {"optional", [] { static_cast<void>(std::optional<int>().value()); }},
    {"thread", in_thread},
    {"function", by_function},
    {"twice", [] { twice([] { return item({}, dice() % 9); }); }},
};

}  // namespace shop

int main(int, char** argv) {
  for (int round = 0; round < std::atoi(argv[1]); ++round) {
    for (const auto& [label, run] : shop::kCases) {
      try {
        run();
      } catch (const std::exception& thrown) {
        shop::report(label, thrown);
      }
    }
  }
}
