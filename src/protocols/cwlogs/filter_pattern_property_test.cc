// SPDX-License-Identifier: Apache-2.0
// Random patterns against a slow evaluator that walks the generator's own tree: it never reads the
// pattern's text, and tries every way a wildcard could be filled.
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <random>

#include <gtest/gtest.h>

#include "protocols/cwlogs/filter_pattern.h"

namespace tracery::cwlogs {
namespace {

using Holds = std::function<bool(const std::string&)>;
using Json = std::map<std::string, std::string>;  // Key to JSON text; keys of one letter.

/// A pattern's text and what it means.
struct Sample {
  std::string text;
  Holds holds;
};

bool slow_wildcard(const std::string& pattern, const std::string& text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] != '*') {
    return !text.empty() && text[0] == pattern[0] &&
           slow_wildcard(pattern.substr(1), text.substr(1));
  }
  for (std::size_t skip = 0; skip <= text.size(); ++skip) {
    if (slow_wildcard(pattern.substr(1), text.substr(skip))) return true;
  }
  return false;
}

bool slow_has_word(const std::string& message, const std::string& word) {
  const std::string padded = "." + message + ".";
  for (std::size_t i = 1; i + word.size() < padded.size(); ++i) {
    if (padded.substr(i, word.size()) != word) continue;
    if (std::isalnum(padded[i - 1]) == 0 && std::isalnum(padded[i + word.size()]) == 0) return true;
  }
  return false;
}

bool contains(const std::string& text, const std::string& part) {
  for (std::size_t i = 0; i + part.size() <= text.size(); ++i) {
    if (text.substr(i, part.size()) == part) return true;
  }
  return false;
}

std::optional<double> slow_number(const std::string& text) {
  if (text.empty() || std::isspace(text[0]) != 0 || std::isalpha(text[0]) != 0) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (*end != '\0') return std::nullopt;
  return value;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }
  template <typename T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }
  std::string word() { return one_of<std::string>({"a", "ab", "b1", "4", "404", "x_y", "aa"}); }

  Sample text_pattern() {
    std::vector<Holds> plain, optional;
    std::string text;
    for (std::size_t i = 0, n = 1 + below(3); i < n; ++i) {
      const std::size_t role = below(3);
      auto [term, holds] = this->term();
      text += std::string(1 + below(2), ' ') +
              std::string(role == 0   ? ""
                          : role == 1 ? "-"
                                      : "?") +
              term;
      if (role == 2) {
        optional.push_back(holds);
      } else {
        plain.push_back([holds = holds, role](const std::string& m) {
          return role == 1 ? !holds(m) : holds(m);
        });
      }
    }
    return {text, [plain, optional](const std::string& m) {
              bool any = plain.empty() ? false : true;
              if (!plain.empty()) {
                for (const Holds& h : plain) any = any && h(m);
                return any;
              }
              for (const Holds& h : optional) any = any || h(m);
              return any;
            }};
  }

  Sample fields_pattern() {
    const std::size_t slots = 1 + below(4);
    const std::optional<std::size_t> ellipsis =
        below(2) == 0 ? std::nullopt : std::optional(below(slots + 1));
    std::vector<Holds> tests;
    std::string text = "[";
    for (std::size_t i = 0; i <= slots; ++i) {
      if (i != 0 && (i < slots || ellipsis == i)) text += ", ";
      if (ellipsis == i) text += i == slots ? "..." : "...,";
      if (i == slots) break;
      const std::string name = "f" + std::to_string(i);
      Sample slot{name, [](const std::string&) { return true; }};
      if (below(2) == 0) slot = chain(2, [&] { return comparison(name, false); });
      text += slot.text;
      tests.push_back(slot.holds);
    }
    return {text + "]", [tests, ellipsis](const std::string& m) {
              const auto fields = split(m);
              if (ellipsis ? fields.size() < tests.size() : fields.size() != tests.size()) {
                return false;
              }
              for (std::size_t i = 0; i < tests.size(); ++i) {
                const bool from_end = ellipsis && i >= *ellipsis;
                const auto& field = from_end ? fields[fields.size() - tests.size() + i] : fields[i];
                if (!tests[i](field)) return false;
              }
              return true;
            }};
  }

  /// The message the evaluator is given is the JSON text of an object with keys of one letter.
  Sample json_pattern(const std::function<const Json&()>& document) {
    Sample tree = chain(3, [&] { return json_condition(document); });
    return {"{" + tree.text + "}", tree.holds};
  }

  Json json() {
    Json object;
    for (const char* key : {"p", "q", "r"}) {
      if (below(4) == 0) continue;
      object[key] = one_of<std::string>({"null", "true", "false", "4", "404", "4.5", "\"404\"",
                                         "\"a\"", "\"ab\"", "\"aab\"", "{}", "[1]"});
    }
    return object;
  }

  std::string message() {
    std::string text;
    for (std::size_t i = 0, n = below(6); i < n; ++i) {
      text += one_of<std::string>({" ", "  ", "-", "_", ":"});
      text += word();
    }
    return text;
  }

  /// Blank-separated words, some enclosed.
  std::string line() {
    std::string text;
    for (std::size_t i = 0, n = below(6); i < n; ++i) {
      const std::string inside = word() + (below(2) == 0 ? " " + word() : "");
      const std::size_t form = below(4);
      text += std::string(1 + below(2), ' ');
      text += form == 0 ? "\"" + inside + "\"" : form == 1 ? "[" + inside + "]" : word();
    }
    return text;
  }

 private:
  Sample term() {
    const std::string word = this->word();
    switch (below(3)) {
      case 0: return {word, [word](const std::string& m) { return slow_has_word(m, word); }};
      case 1: {
        const std::string phrase = word + one_of<std::string>({" ", "-", ""}) + this->word();
        return {"\"" + phrase + "\"",
                [phrase](const std::string& m) { return contains(m, phrase); }};
      }
      default:
        return {"%" + word + "%", [word](const std::string& m) { return contains(m, word); }};
    }
  }

  template <typename Leaf>
  Sample chain(int depth, const Leaf& leaf) {
    if (depth == 0 || below(3) == 0) return leaf();
    const bool all = below(2) == 0;
    Sample left = chain(depth - 1, leaf), right = chain(depth - 1, leaf);
    return {"(" + left.text + ")" + (all ? " && " : "||") + "(" + right.text + ")",
            [=](const std::string& m) {
              return all ? left.holds(m) && right.holds(m) : left.holds(m) || right.holds(m);
            }};
  }

  /// Of a text that may be a number; in JSON only what stands without quotes is one.
  Sample comparison(const std::string& name, bool json) {
    const std::size_t op = below(6);
    static const std::vector<std::string> kOps = {"=", "!=", "<", "<=", ">", ">="};
    const auto number_of = [json](const std::string& v) {
      return json && v.starts_with('"') ? std::nullopt : slow_number(v);
    };
    if (op >= 2) {
      const std::string bound = one_of<std::string>({"4", "4.25", "-1", "404"});
      return {name + kOps[op] + bound, [=](const std::string& v) {
                const auto number = number_of(v);
                const double b = std::stod(bound);
                if (!number) return false;
                return op == 2   ? *number < b
                       : op == 3 ? *number <= b
                       : op == 4 ? *number > b
                                 : *number >= b;
              }};
    }
    const std::string operand = one_of<std::string>({"a", "a*", "*b", "*a*b*", "404", "4.0", "*"});
    return {name + " " + kOps[op] + " " + operand, [=](const std::string& v) {
              std::string plain = v;
              if (json && plain.starts_with('"')) plain = plain.substr(1, plain.size() - 2);
              bool equal = slow_wildcard(operand, plain);
              const auto wanted = slow_number(operand);
              const auto number = number_of(v);
              if (wanted && number && *wanted == *number) equal = true;
              return equal == (op == 0);
            }};
  }

  Sample json_condition(const std::function<const Json&()>& document) {
    const std::string key = one_of<std::string>({"p", "q", "r"});
    const auto value = [=]() -> std::optional<std::string> {
      const auto found = document().find(key);
      return found == document().end() ? std::nullopt : std::optional(found->second);
    };
    const std::string selector = "$." + key;
    switch (below(6)) {
      case 0: return {selector + " IS NULL", [=](const std::string&) { return value() == "null"; }};
      case 1: return {selector + " IS TRUE", [=](const std::string&) { return value() == "true"; }};
      case 2: return {selector + " NOT EXISTS", [=](const std::string&) { return !value(); }};
      default: break;
    }
    Sample test = comparison(selector, true);
    const bool accepts_absent = contains(test.text, "!=");
    return {test.text, [=](const std::string&) {
              const auto v = value();
              if (!v || v == "null") return accepts_absent;
              return v != "{}" && v != "[1]" && test.holds(*v);
            }};
  }

  static std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields;
    for (std::size_t i = 0; i < line.size();) {
      if (line[i] == ' ') {
        ++i;
        continue;
      }
      const char close = line[i] == '"' ? '"' : line[i] == '[' ? ']' : ' ';
      if (close != ' ') ++i;
      std::string field;
      while (i < line.size() && line[i] != close) field += line[i++];
      if (close != ' ') ++i;
      fields.push_back(field);
    }
    return fields;
  }

  std::mt19937 random_;
};

constexpr std::size_t kPairs = 100'000;
constexpr std::size_t kMessagesPerPattern = 5;

FilterPattern parse(const std::string& text) {
  auto parsed = FilterPattern::parse(text);
  EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.error().message;
  return parsed.ok() ? *parsed : FilterPattern();
}

void expect_same(const FilterPattern& pattern, const Sample& sample, const std::string& message) {
  const bool expected = sample.holds(message);
  ASSERT_EQ(pattern.matches(message), expected) << sample.text << "   " << message;
  if (!expected) return;
  for (const std::string& text : pattern.required_texts()) {
    ASSERT_TRUE(contains(message, text)) << sample.text << "   " << message;
  }
}

TEST(FilterPatternProperty, AgreesWithTheSlowEvaluator) {
  Generator generator(7);
  Json object;
  for (std::size_t done = 0; done < kPairs && !HasFatalFailure();) {
    const std::size_t kind = done / kMessagesPerPattern % 3;
    const Sample sample = kind == 0 ? generator.text_pattern()
                          : kind == 1
                              ? generator.fields_pattern()
                              : generator.json_pattern([&]() -> const Json& { return object; });
    // More regular expressions than the language allows are not asked for.
    const auto percents = std::count(sample.text.begin(), sample.text.end(), '%');
    if (percents > 4) continue;
    const FilterPattern pattern = parse(sample.text);
    for (std::size_t i = 0; i < kMessagesPerPattern && !HasFatalFailure(); ++i, ++done) {
      std::string message = kind == 0 ? generator.message() : generator.line();
      if (kind == 2) {
        object = generator.json();
        message = "{";
        for (const auto& [key, value] : object) {
          message += (message.size() > 1 ? ",\"" : "\"") + key + "\":" + value;
        }
        message += "}";
      }
      expect_same(pattern, sample, message);
    }
  }
}

}  // namespace
}  // namespace tracery::cwlogs
