// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_functions.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/text_search.h"
#include "base/time.h"
#include "protocols/cwlogs/insights_ip.h"
#include "protocols/cwlogs/insights_json.h"

namespace tracery::cwlogs {
namespace {

using query::Comparison;
using query::Datum;
using query::TextArena;

constexpr std::string_view kBlanks = " \t\r\n\v\f";

using Arithmetic = double (*)(double, double);

template <Arithmetic kOperation>
Datum arithmetic(const Datum* arguments, std::size_t, TextArena&) {
  const auto a = query::number_of(arguments[0]);
  const auto b = query::number_of(arguments[1]);
  if (!a || !b) return {};
  const double result = kOperation(*a, *b);
  return std::isfinite(result) ? Datum::number(result) : Datum();
}

double add(double a, double b) { return a + b; }
double subtract(double a, double b) { return a - b; }
double multiply(double a, double b) { return a * b; }
double divide(double a, double b) { return a / b; }
double remainder_of(double a, double b) { return std::fmod(a, b); }
double power(double a, double b) { return std::pow(a, b); }

using Judge = bool (*)(Comparison);

template <Judge kHolds>
Datum comparison(const Datum* arguments, std::size_t, TextArena&) {
  const Comparison result = query::compare(arguments[0], arguments[1]);
  return result == Comparison::kUnknown ? Datum() : Datum::truth(kHolds(result));
}

bool is_equal(Comparison c) { return c == Comparison::kEqual; }
bool is_other(Comparison c) { return c != Comparison::kEqual; }
bool is_less(Comparison c) { return c == Comparison::kLess; }
bool is_greater(Comparison c) { return c == Comparison::kGreater; }
bool is_at_most(Comparison c) { return is_less(c) || is_equal(c); }
bool is_at_least(Comparison c) { return is_greater(c) || is_equal(c); }

/// False beats unknown in `and`, true in `or`.
template <bool kDecisive>
Datum combine(const Datum* arguments, std::size_t, TextArena&) {
  const auto a = query::truth_of(arguments[0]);
  const auto b = query::truth_of(arguments[1]);
  if (a == kDecisive || b == kDecisive) return Datum::truth(kDecisive);
  return a && b ? Datum::truth(!kDecisive) : Datum();
}

Datum negate(const Datum* arguments, std::size_t, TextArena&) {
  const auto truth = query::truth_of(arguments[0]);
  return truth ? Datum::truth(!*truth) : Datum();
}

template <bool kNegated>
Datum is_in(const Datum* arguments, std::size_t count, TextArena&) {
  if (arguments[0].is_null()) return {};
  const bool found = std::any_of(arguments + 1, arguments + count, [&](const Datum& one) {
    return query::compare(arguments[0], one) == Comparison::kEqual;
  });
  return Datum::truth(found != kNegated);
}

using Unary = double (*)(double);

template <Unary kOperation>
Datum unary(const Datum* arguments, std::size_t, TextArena&) {
  const auto number = query::number_of(arguments[0]);
  if (!number) return {};
  const double result = kOperation(*number);
  return std::isfinite(result) ? Datum::number(result) : Datum();
}

double negative(double x) { return -x; }
double absolute(double x) { return std::abs(x); }
double round_up(double x) { return std::ceil(x); }
double round_down(double x) { return std::floor(x); }
double logarithm(double x) { return std::log(x); }
double root(double x) { return std::sqrt(x); }

template <bool kGreatest>
Datum extreme(const Datum* arguments, std::size_t count, TextArena&) {
  Datum best;
  double best_number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = query::number_of(arguments[i]);
    if (!number) continue;
    if (!best.is_null() && (kGreatest ? *number <= best_number : *number >= best_number)) continue;
    best = Datum::number(*number);
    best_number = *number;
  }
  return best;
}

Datum is_present(const Datum* arguments, std::size_t, TextArena&) {
  return Datum::truth(!arguments[0].is_null());
}

Datum coalesce(const Datum* arguments, std::size_t count, TextArena&) {
  const Datum* found =
      std::find_if(arguments, arguments + count, [](const Datum& one) { return !one.is_null(); });
  return found == arguments + count ? Datum() : *found;
}

/// `case(condition, value, …, otherwise)`; `if` is the same with one condition.
Datum choose(const Datum* arguments, std::size_t count, TextArena&) {
  for (std::size_t i = 0; i + 1 < count; i += 2) {
    if (query::truth_of(arguments[i]) == true) return arguments[i + 1];
  }
  return count % 2 == 1 ? arguments[count - 1] : Datum();
}

Datum unmask(const Datum* arguments, std::size_t, TextArena&) { return arguments[0]; }

Datum is_empty(const Datum* arguments, std::size_t, TextArena& texts) {
  return Datum::truth(query::text_of(arguments[0], texts).empty());
}

Datum is_blank(const Datum* arguments, std::size_t, TextArena& texts) {
  const std::string_view text = query::text_of(arguments[0], texts);
  return Datum::truth(text.find_first_not_of(kBlanks) == std::string_view::npos);
}

Datum concat(const Datum* arguments, std::size_t count, TextArena& texts) {
  thread_local std::string joined;
  joined.clear();
  for (std::size_t i = 0; i < count; ++i) joined += query::text_of(arguments[i], texts);
  return Datum::text(texts.store(joined));
}

template <bool kLeft, bool kRight>
Datum trim(const Datum* arguments, std::size_t count, TextArena& texts) {
  if (arguments[0].is_null()) return {};
  std::string_view text = query::text_of(arguments[0], texts);
  const std::string_view set = count > 1 ? query::text_of(arguments[1], texts) : kBlanks;
  if (kLeft) text.remove_prefix(std::min(text.find_first_not_of(set), text.size()));
  if (kRight) text = text.substr(0, text.find_last_not_of(set) + 1);
  return Datum::text(text);
}

bool starts_character(char c) { return (c & 0xc0) != 0x80; }

Datum length(const Datum* arguments, std::size_t, TextArena& texts) {
  if (arguments[0].is_null()) return {};
  const std::string_view text = query::text_of(arguments[0], texts);
  return Datum::integer(std::count_if(text.begin(), text.end(), starts_character));
}

template <char kFirst, char kLast, int kShift>
Datum change_case(const Datum* arguments, std::size_t, TextArena& texts) {
  if (arguments[0].is_null()) return {};
  thread_local std::string changed;
  changed = query::text_of(arguments[0], texts);
  for (char& c : changed) c = c >= kFirst && c <= kLast ? static_cast<char>(c + kShift) : c;
  return Datum::text(texts.store(changed));
}

/// The byte at which a character starts; the size when there are fewer.
std::size_t offset_of(std::string_view text, double character) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (!starts_character(text[at])) continue;
    if (character < 1) break;
    character -= 1;
  }
  return at;
}

Datum substring(const Datum* arguments, std::size_t count, TextArena& texts) {
  const auto start = query::number_of(arguments[1]);
  if (arguments[0].is_null() || !start || *start < 0) return {};
  std::string_view text = query::text_of(arguments[0], texts);
  text.remove_prefix(offset_of(text, *start));
  if (count < 3) return Datum::text(text);
  const auto size = query::number_of(arguments[2]);
  if (!size || *size < 0) return {};
  return Datum::text(text.substr(0, offset_of(text, *size)));
}

Datum replace(const Datum* arguments, std::size_t, TextArena& texts) {
  if (arguments[0].is_null() || arguments[1].is_null() || arguments[2].is_null()) return {};
  const std::string_view text = query::text_of(arguments[0], texts);
  const std::string_view wanted = query::text_of(arguments[1], texts);
  const std::string_view with = query::text_of(arguments[2], texts);
  if (wanted.empty()) return Datum::text(text);
  thread_local std::string replaced;
  replaced.clear();
  std::size_t at = 0;
  for (std::size_t found = text.find(wanted); found != std::string_view::npos;
       found = text.find(wanted, at)) {
    replaced.append(text.substr(at, found - at)).append(with);
    at = found + wanted.size();
  }
  replaced += text.substr(at);
  return Datum::text(texts.store(replaced));
}

Datum contains(const Datum* arguments, std::size_t, TextArena& texts) {
  if (arguments[0].is_null() || arguments[1].is_null()) return Datum::truth(false);
  return Datum::truth(
      contains_text(query::text_of(arguments[0], texts), query::text_of(arguments[1], texts)));
}

Datum from_millis(const Datum* arguments, std::size_t, TextArena&) {
  const auto ms = query::number_of(arguments[0]);
  if (!ms || std::abs(*ms) > 9.2e12) return {};
  return Datum::time(static_cast<std::int64_t>(*ms) * kNsPerMs);
}

Datum to_millis(const Datum* arguments, std::size_t, TextArena& texts) {
  if (arguments[0].kind() == Datum::Kind::kText) {
    const auto time = parse_rfc3339_ns(query::text_of(arguments[0], texts));
    if (time) return Datum::integer(*time / kNsPerMs);
  }
  const auto ms = query::number_of(arguments[0]);
  return ms ? Datum::number(*ms) : Datum();
}

enum class Version : std::uint8_t { kAny, k4, k6 };

bool is_version(const IpAddress& address, Version version) {
  return version == Version::kAny || address.is_v4 == (version == Version::k4);
}

template <Version kVersion>
Datum is_valid_ip(const Datum* arguments, std::size_t, TextArena& texts) {
  const auto address = parse_ip(query::text_of(arguments[0], texts));
  return Datum::truth(address && is_version(*address, kVersion));
}

template <Version kVersion>
Datum is_in_subnet(const Datum* arguments, std::size_t, TextArena& texts) {
  const auto address = parse_ip(query::text_of(arguments[0], texts));
  const auto subnet = parse_subnet(query::text_of(arguments[1], texts));
  return Datum::truth(address && subnet && is_version(*address, kVersion) &&
                      subnet->contains(*address));
}

Datum json_parse(const Datum* arguments, std::size_t, TextArena& texts) {
  if (arguments[0].is_null()) return {};
  return parse_json(query::text_of(arguments[0], texts), texts);
}

Datum json_stringify(const Datum* arguments, std::size_t, TextArena& texts) {
  return arguments[0].is_null() ? Datum() : Datum::text(json_of(arguments[0], texts));
}

Datum member(const Datum* arguments, std::size_t, TextArena& texts) {
  if (!arguments[0].is_text()) return {};
  return find_json_path(arguments[0].text(), arguments[1].text(), texts);
}

constexpr ScalarSpec kScalars[] = {
    {"+", 2, 2, arithmetic<add>},
    {"-", 2, 2, arithmetic<subtract>},
    {"*", 2, 2, arithmetic<multiply>},
    {"/", 2, 2, arithmetic<divide>},
    {"%", 2, 2, arithmetic<remainder_of>},
    {"^", 2, 2, arithmetic<power>},
    {"negative", 1, 1, unary<negative>},
    {"=", 2, 2, comparison<is_equal>},
    {"!=", 2, 2, comparison<is_other>},
    {"<", 2, 2, comparison<is_less>},
    {">", 2, 2, comparison<is_greater>},
    {"<=", 2, 2, comparison<is_at_most>},
    {">=", 2, 2, comparison<is_at_least>},
    {"and", 2, 2, combine<false>},
    {"or", 2, 2, combine<true>},
    {"not", 1, 1, negate},
    {"in", 1, kArgumentsMax, is_in<false>},
    {"not in", 1, kArgumentsMax, is_in<true>},
    {"abs", 1, 1, unary<absolute>},
    {"ceil", 1, 1, unary<round_up>},
    {"floor", 1, 1, unary<round_down>},
    {"log", 1, 1, unary<logarithm>},
    {"sqrt", 1, 1, unary<root>},
    {"greatest", 1, kArgumentsMax, extreme<true>},
    {"least", 1, kArgumentsMax, extreme<false>},
    {"ispresent", 1, 1, is_present},
    {"coalesce", 1, kArgumentsMax, coalesce},
    {"if", 2, 3, choose},
    {"case", 2, kArgumentsMax, choose},
    {"unmask", 1, 1, unmask},
    {"isempty", 1, 1, is_empty},
    {"isblank", 1, 1, is_blank},
    {"concat", 1, kArgumentsMax, concat},
    {"ltrim", 1, 2, trim<true, false>},
    {"rtrim", 1, 2, trim<false, true>},
    {"trim", 1, 2, trim<true, true>},
    {"strlen", 1, 1, length},
    {"toupper", 1, 1, change_case<'a', 'z', 'A' - 'a'>},
    {"tolower", 1, 1, change_case<'A', 'Z', 'a' - 'A'>},
    {"substr", 2, 3, substring},
    {"replace", 3, 3, replace},
    {"strcontains", 2, 2, contains},
    {"frommillis", 1, 1, from_millis},
    {"tomillis", 1, 1, to_millis},
    {"isvalidip", 1, 1, is_valid_ip<Version::kAny>},
    {"isvalidipv4", 1, 1, is_valid_ip<Version::k4>},
    {"isvalidipv6", 1, 1, is_valid_ip<Version::k6>},
    {"isipinsubnet", 2, 2, is_in_subnet<Version::kAny>},
    {"isipv4insubnet", 2, 2, is_in_subnet<Version::k4>},
    {"isipv6insubnet", 2, 2, is_in_subnet<Version::k6>},
    {"jsonparse", 1, 1, json_parse},
    {"jsonstringify", 1, 1, json_stringify},
    {"member", 2, 2, member},
};

}  // namespace

const ScalarSpec* find_scalar(std::string_view name) {
  const auto found = std::find_if(std::begin(kScalars), std::end(kScalars),
                                  [&](const ScalarSpec& spec) { return spec.name == name; });
  return found == std::end(kScalars) ? nullptr : found;
}

}  // namespace tracery::cwlogs
