// SPDX-License-Identifier: Apache-2.0
// Random queries over random events against a slow evaluator that walks the generator's own
// closures over maps of values: it never reads a query's text and knows nothing of columns.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "model/names.h"
#include "protocols/cwlogs/insights_harness.h"
#include "protocols/cwlogs/names.h"

namespace tracery::cwlogs {
namespace {

/// Nothing, a number, a text, or a time in ms.
struct Val {
  char kind = '-';
  double number = 0;
  std::string text;

  static Val num(double n) { return {'n', n, ""}; }
  static Val str(std::string t) { return {'s', 0, std::move(t)}; }
  static Val time(double ms) { return {'t', ms, ""}; }
  static Val flag(bool b) { return num(b ? 1 : 0); }
};

std::string show_number(double n) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, n == 0 ? 0.0 : n).ptr;
  return {buffer, end};
}

/// All times of these tests are on one day.
std::string show(const Val& v) {
  if (v.kind == '-') return "";
  if (v.kind == 's') return v.text;
  if (v.kind == 'n') return show_number(v.number);
  const auto ms = static_cast<std::int64_t>(v.number - kTestDayNs / 1e6);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "2023-11-15 %02d:%02d:00.000",
                static_cast<int>(ms / 3'600'000), static_cast<int>(ms / 60'000 % 60));
  return buffer;
}

bool to_number(const Val& v, double* out) {
  if (v.kind == 'n' || v.kind == 't') {
    *out = v.number;
    return true;
  }
  if (v.kind != 's' || v.text.empty() || std::isdigit(v.text.back()) == 0) return false;
  char* end = nullptr;
  *out = std::strtod(v.text.c_str(), &end);
  return *end == '\0';
}

/// -1, 0, 1; 2 when there is no order, 3 when one is missing.
int relate(const Val& a, const Val& b) {
  if (a.kind == '-' || b.kind == '-') return 3;
  double x = 0;
  double y = 0;
  if (a.kind == 's' && b.kind == 's') return a.text < b.text ? -1 : a.text == b.text ? 0 : 1;
  if (!to_number(a, &x) || !to_number(b, &y)) return 2;
  return x < y ? -1 : x == y ? 0 : 1;
}

/// Truth with unknown as 2.
int truth(const Val& v) {
  double n = 0;
  if (v.kind == '-') return 2;
  if (to_number(v, &n)) return n != 0 ? 1 : 0;
  return v.text == "true" ? 1 : 0;
}

using Row = std::map<std::string, Val>;
using Eval = std::function<Val(const Row&)>;
struct Expr {
  std::string text;
  Eval eval;
};

Val get(const Row& row, const std::string& name) {
  const auto found = row.find(name);
  return found == row.end() ? Val() : found->second;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }
  template <typename T>
  T one_of(std::vector<T> choices) {
    return choices[below(choices.size())];
  }

  /// Sortable without thinking: letters, or numbers in quarters.
  Val value() {
    switch (below(4)) {
      case 0: return Val::num(static_cast<double>(below(20)) - 5);
      case 1: return Val::num(static_cast<double>(below(40)) / 4);
      case 2: return Val::str(one_of<std::string>({"a", "bb", "ccc", "Ab", "xay"}));
      default: return Val::str(std::to_string(below(9)));
    }
  }

  Expr field() {
    const std::string name = one_of<std::string>({"k", "x", "y", "deep.v", "nope"});
    return {name, [name](const Row& row) { return get(row, name); }};
  }

  Expr constant() {
    const Val v = value();
    const bool negative = v.kind == 'n' && v.number < 0;
    return {v.kind == 's' ? "'" + v.text + "'"
                          : (negative ? "(" : "") + show_number(v.number) + (negative ? ")" : ""),
            [v](const Row&) { return v; }};
  }

  Expr expression(int depth) {
    if (depth == 0 || below(4) == 0) return below(3) == 0 ? constant() : field();
    switch (below(4)) {
      case 0: return arithmetic(depth);
      case 1: return text_function(depth);
      case 2: return choice(depth);
      default: return number_function(depth);
    }
  }

  Expr condition(int depth) {
    if (depth > 0 && below(3) == 0) return connective(depth);
    switch (below(4)) {
      case 0: return like();
      case 1: return membership();
      case 2: {
        const Expr f = field();
        return {"ispresent(" + f.text + ")",
                [=](const Row& r) { return Val::flag(f.eval(r).kind != '-'); }};
      }
      default: return comparison();
    }
  }

 private:
  Expr arithmetic(int depth) {
    const Expr a = expression(depth - 1), b = expression(depth - 1);
    const char op = one_of<char>({'+', '-', '*'});
    return {"(" + a.text + " " + op + " " + b.text + ")", [=](const Row& r) {
              double x = 0, y = 0;
              if (!to_number(a.eval(r), &x) || !to_number(b.eval(r), &y)) return Val();
              return Val::num(op == '+' ? x + y : op == '-' ? x - y : x * y);
            }};
  }

  Expr number_function(int depth) {
    const Expr a = expression(depth - 1), b = expression(depth - 1);
    switch (below(4)) {
      case 0: return unary_number("abs", a, [](double x) { return std::fabs(x); });
      case 1: return unary_number("floor", a, [](double x) { return std::floor(x); });
      case 2: return unary_number("ceil", a, [](double x) { return std::ceil(x); });
      default: break;
    }
    const bool greatest = below(2) == 0;
    return {(greatest ? "greatest(" : "least(") + a.text + ", " + b.text + ")", [=](const Row& r) {
              double x = 0, y = 0;
              const bool has_x = to_number(a.eval(r), &x), has_y = to_number(b.eval(r), &y);
              if (!has_x && !has_y) return Val();
              if (!has_x || !has_y) return Val::num(has_x ? x : y);
              return Val::num(greatest ? std::max(x, y) : std::min(x, y));
            }};
  }

  static Expr unary_number(const std::string& name, const Expr& a, double (*f)(double)) {
    return {name + "(" + a.text + ")", [=](const Row& r) {
              double x = 0;
              return to_number(a.eval(r), &x) ? Val::num(f(x)) : Val();
            }};
  }

  Expr text_function(int depth) {
    const Expr a = expression(depth - 1), b = expression(depth - 1);
    switch (below(6)) {
      case 0:
        return {"concat(" + a.text + ", " + b.text + ")",
                [=](const Row& r) { return Val::str(show(a.eval(r)) + show(b.eval(r))); }};
      case 1:
        return present("strlen(" + a.text + ")", a, [](const std::string& t) {
          return Val::num(static_cast<double>(t.size()));
        });
      case 2:
        return present("toupper(" + a.text + ")", a, [](std::string t) {
          for (char& c : t) c = static_cast<char>(std::toupper(c));
          return Val::str(t);
        });
      case 3:
        return present("substr(" + a.text + ", 1, 2)", a, [](const std::string& t) {
          return Val::str(t.size() < 1 ? "" : t.substr(1, 2));
        });
      case 4:
        return present("replace(" + a.text + ", 'a', 'zz')", a, [](const std::string& t) {
          std::string out;
          for (const char c : t) out += c == 'a' ? std::string("zz") : std::string(1, c);
          return Val::str(out);
        });
      default:
        return {"isempty(" + a.text + ")",
                [=](const Row& r) { return Val::flag(show(a.eval(r)).empty()); }};
    }
  }

  static Expr present(std::string text, const Expr& a, std::function<Val(const std::string&)> f) {
    return {std::move(text), [=](const Row& r) {
              const Val v = a.eval(r);
              return v.kind == '-' ? Val() : f(show(v));
            }};
  }

  Expr choice(int depth) {
    const Expr a = expression(depth - 1), b = expression(depth - 1);
    if (below(2) == 0) {
      return {"coalesce(" + a.text + ", " + b.text + ")", [=](const Row& r) {
                const Val v = a.eval(r);
                return v.kind == '-' ? b.eval(r) : v;
              }};
    }
    const Expr c = condition(0);
    return {"if(" + c.text + ", " + a.text + ", " + b.text + ")",
            [=](const Row& r) { return truth(c.eval(r)) == 1 ? a.eval(r) : b.eval(r); }};
  }

  Expr comparison() {
    const Expr a = expression(1), b = below(2) == 0 ? constant() : expression(1);
    const std::string op = one_of<std::string>({"=", "!=", "<", "<=", ">", ">="});
    return {a.text + " " + op + " " + b.text, [=](const Row& r) {
              const int c = relate(a.eval(r), b.eval(r));
              if (c == 3) return Val();
              if (op == "=") return Val::flag(c == 0);
              if (op == "!=") return Val::flag(c != 0);
              if (op == "<") return Val::flag(c == -1);
              if (op == "<=") return Val::flag(c == -1 || c == 0);
              return Val::flag(c == 1 || (op == ">=" && c == 0));
            }};
  }

  Expr like() {
    const Expr a =
        below(2) == 0 ? field() : Expr{"@message", [](const Row& r) { return get(r, "@message"); }};
    const std::string part = one_of<std::string>({"a", "xay", "1", "bb", "line"});
    const bool negated = below(3) == 0;
    const std::string form = below(2) == 0 ? "'" + part + "'" : "/" + part + "/";
    return {a.text + (negated ? " not like " : " like ") + form, [=](const Row& r) {
              const Val v = a.eval(r);
              if (v.kind == '-') return Val();
              return Val::flag((show(v).find(part) != std::string::npos) != negated);
            }};
  }

  Expr membership() {
    const Expr a = field(), b = constant(), c = constant();
    const bool negated = below(3) == 0;
    return {a.text + (negated ? " not in [" : " in [") + b.text + ", " + c.text + "]",
            [=](const Row& r) {
              const Val v = a.eval(r);
              if (v.kind == '-') return Val();
              const bool found = relate(v, b.eval(r)) == 0 || relate(v, c.eval(r)) == 0;
              return Val::flag(found != negated);
            }};
  }

  Expr connective(int depth) {
    const Expr a = condition(depth - 1), b = condition(depth - 1);
    switch (below(3)) {
      case 0:
        return {"not (" + a.text + ")", [=](const Row& r) {
                  const int t = truth(a.eval(r));
                  return t == 2 ? Val() : Val::flag(t == 0);
                }};
      case 1:
        return {"(" + a.text + ") and (" + b.text + ")", [=](const Row& r) {
                  const int x = truth(a.eval(r)), y = truth(b.eval(r));
                  if (x == 0 || y == 0) return Val::flag(false);
                  return x == 2 || y == 2 ? Val() : Val::flag(true);
                }};
      default:
        return {"(" + a.text + ") or (" + b.text + ")", [=](const Row& r) {
                  const int x = truth(a.eval(r)), y = truth(b.eval(r));
                  if (x == 1 || y == 1) return Val::flag(true);
                  return x == 2 || y == 2 ? Val() : Val::flag(false);
                }};
    }
  }

  std::mt19937 random_;
};

/// Texts that are no numbers, then numbers, then nothing.
int sort_rank(const Val& v) {
  double n = 0;
  if (v.kind == '-') return 2;
  return to_number(v, &n) ? 1 : 0;
}

std::string take_digits(std::string& text) {
  std::string digits;
  while (!text.empty() && std::isdigit(text[0]) != 0) {
    digits += text[0];
    text.erase(0, 1);
  }
  return digits;
}

/// Of texts that are no numbers: digits that stand together by their count, then their value.
bool is_before(std::string a, std::string b) {
  if (a.empty() || b.empty()) return a.empty() && !b.empty();
  if (std::isdigit(a[0]) == 0 || std::isdigit(b[0]) == 0) {
    return a[0] != b[0] ? a[0] < b[0] : is_before(a.substr(1), b.substr(1));
  }
  const std::string x = take_digits(a), y = take_digits(b);
  if (x.size() != y.size()) return x.size() < y.size();
  return x != y ? x < y : is_before(a, b);
}

bool sorts_before(const Val& a, const Val& b, bool descending) {
  const int x = sort_rank(a), y = sort_rank(b);
  if (x != y) return x == 2 || y == 2 ? x < y : (x < y) != descending;
  if (x == 2) return false;
  double m = 0, n = 0;
  if (x == 1 && to_number(a, &m) && to_number(b, &n) && m != n) return (m < n) != descending;
  const std::string s = show(a), t = show(b);
  if (s == t) return false;
  return (x == 1 ? s < t : is_before(s, t)) != descending;
}

struct Log {
  std::vector<model::Event> events;
  std::vector<Row> rows;  ///< Newest first.
};

Log make_log(Generator& generator) {
  Log log;
  for (int i = 0; i < 40; ++i) {
    const int minute = i * 11;
    Row row;
    row["@timestamp"] = Val::time(kTestDayNs / 1e6 + minute * 60'000.0);
    row["id"] = Val::num(i);
    std::string json;
    model::Event event;
    event.dataset = "g";
    event.time_ns = kTestDayNs + minute * kTestMinuteNs;
    event.fields.push_back({"id", std::int64_t{i}});
    for (const char* name : {"k", "x", "y"}) {
      if (generator.below(4) == 0) continue;
      const Val v = name[0] == 'k' ? Val::str(generator.one_of<std::string>({"p", "q", "r"}))
                                   : generator.value();
      row[name] = v;
      const bool whole = v.kind == 'n' && v.number == std::floor(v.number);
      if (generator.below(5) == 0) {
        // No column: only the message has it.
        json += (json.empty() ? "\"" : ",\"") + std::string(name) +
                "\":" + (v.kind == 's' ? "\"" + v.text + "\"" : show_number(v.number));
      } else if (v.kind == 's') {
        event.fields.push_back({name, v.text});
      } else if (whole) {
        event.fields.push_back({name, static_cast<std::int64_t>(v.number)});
      } else {
        event.fields.push_back({name, v.number});
      }
    }
    if (generator.below(2) == 0) {
      row["deep.v"] = Val::num(i % 3);
      json +=
          (json.empty() ? "" : ",") + std::string("\"deep\":{\"v\":") + std::to_string(i % 3) + "}";
    }
    const std::string message = "line " + std::to_string(i) + " {" + json + "}";
    row["@message"] = Val::str(message);
    event.fields.push_back({std::string(model::names::kBody), message});
    event.fields.push_back({std::string(names::kSequence), event.time_ns});
    log.events.push_back(event);
    log.rows.insert(log.rows.begin(), row);
  }
  return log;
}

std::string join(const std::vector<Val>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i != 0) line += '|';
    line += cells[i].kind == '-' ? "-" : show(cells[i]);
  }
  return line;
}

void keep_if(std::vector<Row>& rows, const Eval& eval) {
  std::erase_if(rows, [&](const Row& row) { return truth(eval(row)) != 1; });
}

/// `parse`: the digits after "line ", up to the brace.
void parse_number(std::vector<Row>& rows) {
  for (Row& row : rows) {
    const std::string& m = row["@message"].text;
    row["n"] = Val::str(m.substr(5, m.find(" {") - 5));
  }
}

/// Random `fields`, `filter` and `parse` commands, applied to the rows as they are written.
std::string some_commands(Generator& generator, std::vector<Row>& rows) {
  std::string text;
  for (std::size_t i = 0, n = generator.below(4); i < n; ++i) {
    switch (generator.below(3)) {
      case 0: {
        const Expr e = generator.expression(3);
        const std::string name = generator.one_of<std::string>({"x", "z", "w"});
        text += "fields " + e.text + " as " + name + " | ";
        for (Row& row : rows) row[name] = e.eval(row);
        break;
      }
      case 1: {
        const Expr c = generator.condition(2);
        text += "filter " + c.text + " | ";
        keep_if(rows, c.eval);
        break;
      }
      default: text += "parse @message 'line * {' as n | "; parse_number(rows);
    }
  }
  return text;
}

std::vector<std::string> cut(std::vector<std::vector<Val>> rows, std::size_t limit) {
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    if (lines.size() < limit) lines.push_back(join(row));
  }
  return lines;
}

constexpr int kQueries = 1'500;

TEST(InsightsProperty, RowsAgreeWithTheSlowEvaluator) {
  Generator generator(11);
  for (int q = 0; q < kQueries && !testing::Test::HasFailure(); ++q) {
    const Log log = make_log(generator);
    std::vector<Row> rows = log.rows;
    std::string text = some_commands(generator, rows);
    const Expr shown = generator.expression(2);
    const Expr key = generator.expression(1);
    const bool descending = generator.below(2) == 0;
    const std::size_t limit = 1 + generator.below(50);
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
      return sorts_before(key.eval(a), key.eval(b), descending);
    });
    text += "sort " + key.text + (descending ? " desc" : "") + " | limit " + std::to_string(limit) +
            " | display id, " + shown.text + " as shown, n, z";
    std::vector<std::vector<Val>> cells;
    for (const Row& row : rows) {
      cells.push_back({get(row, "id"), shown.eval(row), get(row, "n"), get(row, "z")});
    }
    const query::MemoryLayout layout{
        .group_rows = 16, .sources = 2, .random_shapes = true, .seed = generator.below(1'000)};
    EXPECT_EQ(run_insights(text, log.events, layout).rows, cut(cells, limit)) << text;
  }
}

struct Aggregate {
  std::string text;
  std::function<Val(const std::vector<Row>&)> eval;
};

Aggregate aggregate(Generator& generator) {
  const Expr e = generator.expression(1);
  const auto numbers = [e](const std::vector<Row>& rows) {
    std::vector<double> found;
    double n = 0;
    for (const Row& row : rows) {
      if (to_number(e.eval(row), &n)) found.push_back(n);
    }
    return found;
  };
  const auto sum = [](const std::vector<double>& all) {
    long double total = 0;
    for (const double n : all) total += n;
    return static_cast<double>(total);
  };
  switch (generator.below(7)) {
    case 0:
      return {"count(*)",
              [](const std::vector<Row>& r) { return Val::num(static_cast<double>(r.size())); }};
    case 1:
      return {"count(" + e.text + ")", [=](const std::vector<Row>& r) {
                return Val::num(static_cast<double>(std::count_if(
                    r.begin(), r.end(), [&](const Row& x) { return e.eval(x).kind != '-'; })));
              }};
    case 2:
      return {"count_distinct(" + e.text + ")", [=](const std::vector<Row>& r) {
                std::set<std::string> texts;
                for (const Row& x : r) {
                  const Val v = e.eval(x);
                  if (v.kind != '-') texts.insert(show(v));
                }
                return Val::num(static_cast<double>(texts.size()));
              }};
    case 3:
      return {"sum(" + e.text + ")", [=](const std::vector<Row>& r) {
                const auto all = numbers(r);
                return all.empty() ? Val() : Val::num(sum(all));
              }};
    case 4:
      return {"avg(" + e.text + ")", [=](const std::vector<Row>& r) {
                const auto all = numbers(r);
                return all.empty() ? Val() : Val::num(sum(all) / static_cast<double>(all.size()));
              }};
    case 5: {
      const bool greatest = generator.below(2) == 0;
      return {(greatest ? "max(" : "min(") + e.text + ")", [=](const std::vector<Row>& r) {
                Val best;
                for (const Row& x : r) {
                  const Val v = e.eval(x);
                  if (v.kind == '-') continue;
                  if (best.kind == '-' || sorts_before(v, best, greatest)) best = v;
                }
                return best;
              }};
    }
    default: {
      const int percent = static_cast<int>(generator.below(101));
      return {"pct(" + e.text + ", " + std::to_string(percent) + ")",
              [=](const std::vector<Row>& r) {
                auto all = numbers(r);
                if (all.empty()) return Val();
                std::sort(all.begin(), all.end());
                std::size_t rank = 1;
                while (rank < all.size() &&
                       rank * 100 < all.size() * static_cast<std::size_t>(percent)) {
                  ++rank;
                }
                return Val::num(all[rank - 1]);
              }};
    }
  }
}

TEST(InsightsProperty, StatsAgreeWithTheSlowEvaluator) {
  Generator generator(12);
  for (int q = 0; q < kQueries && !testing::Test::HasFailure(); ++q) {
    const Log log = make_log(generator);
    std::vector<Row> rows = log.rows;
    std::string text = some_commands(generator, rows);
    const Aggregate first = aggregate(generator), second = aggregate(generator);
    const bool by_time = generator.below(2) == 0;
    const Expr key = generator.expression(1);
    text += "stats " + first.text + " as m, " + second.text + " as n by " +
            (by_time ? "bin(2h) as t, " : "") + key.text + " as g";
    std::map<std::string, std::vector<Row>> groups;
    std::vector<std::vector<Val>> keys;
    for (const Row& row : rows) {
      std::vector<Val> k;
      if (by_time) {
        const double ms = get(row, "@timestamp").number;
        k.push_back(Val::time(ms - std::fmod(ms, 7'200'000)));
      }
      k.push_back(key.eval(row));
      const std::string line = join(k) + (k.back().kind == '-' ? "!" : "");
      if (groups[line].empty()) keys.push_back(k);
      groups[line].push_back(row);
    }
    std::stable_sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (sorts_before(a[i], b[i], false)) return true;
        if (sorts_before(b[i], a[i], false)) return false;
      }
      return false;
    });
    std::vector<std::vector<Val>> cells;
    for (const auto& k : keys) {
      const auto& group = groups[join(k) + (k.back().kind == '-' ? "!" : "")];
      cells.push_back(k);
      cells.back().push_back(first.eval(group));
      cells.back().push_back(second.eval(group));
    }
    const query::MemoryLayout layout{
        .group_rows = 16, .sources = 2, .random_shapes = true, .seed = generator.below(1'000)};
    EXPECT_EQ(run_insights(text, log.events, layout).rows, cut(cells, 10'000)) << text;
  }
}

TEST(InsightsProperty, DedupAgreesWithTheSlowEvaluator) {
  Generator generator(13);
  for (int q = 0; q < kQueries / 3 && !testing::Test::HasFailure(); ++q) {
    const Log log = make_log(generator);
    std::vector<Row> rows = log.rows;
    std::string text = some_commands(generator, rows);
    const Expr key = generator.expression(1);
    text += "display id | dedup " + key.text + ", k | limit 20";
    std::set<std::string> seen;
    std::vector<std::vector<Val>> cells;
    for (const Row& row : rows) {
      const Val a = key.eval(row), b = get(row, "k");
      const bool has_keys = a.kind != '-' && b.kind != '-';
      if (has_keys && !seen.insert(show(a) + "|" + show(b)).second) continue;
      cells.push_back({get(row, "id")});
    }
    EXPECT_EQ(run_insights(text, log.events).rows, cut(cells, 20)) << text;
  }
}

}  // namespace
}  // namespace tracery::cwlogs
