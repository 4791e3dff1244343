// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/message_template.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "protocols/cwlogs/message_facts.h"

namespace tracery::cwlogs {
namespace {

using query::Datum;

/// A mark is this byte and the first letter of what stood there.
constexpr char kMark = '\x01';
enum class Mark : char { kTime = 'T', kAddress = 'A', kId = 'I', kNumber = 'N', kWord = 'W' };

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word(char c) { return is_digit(c) || is_letter(c) || c == '_'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// How many bytes `shape` takes of the text: in a shape 9 is a digit, other bytes are themselves.
std::size_t match_shape(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '9' ? !is_digit(text[i]) : text[i] != shape[i]) return 0;
  }
  return shape.size();
}

std::size_t time_of_day_bytes(std::string_view text) {
  std::size_t size = match_shape(text, "99:99:99");
  if (size == 0) return 0;
  if (size + 1 < text.size() && (text[size] == '.' || text[size] == ',') &&
      is_digit(text[size + 1])) {
    ++size;
    while (size < text.size() && is_digit(text[size])) ++size;
  }
  const std::string_view rest = text.substr(size);
  if (rest.starts_with('Z')) return size + 1;
  for (const std::string_view zone : {"+99:99", "-99:99", "+9999", "-9999", " +9999", " -9999"}) {
    if (const std::size_t bytes = match_shape(rest, zone)) return size + bytes;
  }
  return size;
}

/// A date, a time of day, or both.
std::size_t time_bytes(std::string_view text) {
  std::size_t size = 0;
  for (const std::string_view shape : {"9999-99-99", "9999/99/99", "99/99/9999"}) {
    size = std::max(size, match_shape(text, shape));
  }
  // As web servers write it: 10/Oct/2000:13:25:15 -0700.
  if (size == 0 && text.size() >= 11 && match_shape(text, "99/") != 0 && text[6] == '/') {
    if (match_shape(text.substr(7), "9999") != 0) size = 11;
  }
  if (size == 0) return time_of_day_bytes(text);
  const bool joined =
      size < text.size() && (text[size] == 'T' || text[size] == ' ' || text[size] == ':');
  const std::size_t time = joined ? time_of_day_bytes(text.substr(size + 1)) : 0;
  return time == 0 ? size : size + 1 + time;
}

std::size_t address_bytes(std::string_view text) {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return 0;
    const std::size_t start = at;
    while (at < text.size() && is_digit(text[at]) && at - start < 3) ++at;
    if (at == start) return 0;
  }
  return at < text.size() && (is_word(text[at]) || text[at] == '.') ? 0 : at;
}

/// A number with what belongs to it: sign, fraction, exponent; not its unit.
std::size_t number_bytes(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_digit(text[at])) ++at;
  if (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
    ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
  }
  std::size_t unit = at;
  while (unit < text.size() && is_word(text[unit])) ++unit;
  // Up to two letters may follow: ms, s, kB.
  const bool plain = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                                 text.begin() + static_cast<std::ptrdiff_t>(unit), is_letter);
  if (unit < text.size() && text[unit] == '-' && unit + 1 < text.size() &&
      is_word(text[unit + 1])) {
    return 0;
  }
  return plain && unit - at <= 2 ? at : 0;
}

/// A run of word characters, with dashes and dots between them.
std::size_t run_bytes(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const bool joint = (text[at] == '-' || text[at] == '.') && at > 0 && at + 1 < text.size() &&
                       is_word(text[at + 1]);
    if (!is_word(text[at]) && !joint) break;
    ++at;
  }
  return at;
}

bool is_id(std::string_view run) {
  constexpr std::size_t kHexDigitsMin = 8;
  constexpr std::size_t kIdBytesMin = 16;
  std::size_t digits = 0;
  std::size_t hex = 0;
  for (const char c : run) {
    digits += is_digit(c) ? 1 : 0;
    hex += is_hex(c) || c == '-' ? 1 : 0;
  }
  return digits > 0 && ((hex == run.size() && run.size() >= kHexDigitsMin) ||
                        (digits > 2 && run.size() >= kIdBytesMin));
}

/// "v1", "s3", "http2": short words that end in one digit name things.
bool is_name_with_digit(std::string_view run) {
  return run.size() <= 6 && is_letter(run.front()) && is_digit(run.back()) &&
         std::all_of(run.begin(), run.end() - 1, is_letter);
}

void put_mark(std::string& out, Mark mark) {
  out += kMark;
  out += static_cast<char>(mark);
}

void put_run(std::string& out, std::string_view run) {
  const bool has_digit = std::any_of(run.begin(), run.end(), is_digit);
  if (!has_digit || is_name_with_digit(run)) {
    out += run;
  } else {
    put_mark(out, is_id(run) ? Mark::kId : Mark::kWord);
  }
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// Templates that became one.
struct Cluster {
  std::vector<std::string> words;
  std::int64_t count = 0;
  std::int64_t earlier = 0;
};

/// At least two of three words are the same, and the first one is.
bool is_alike(const Cluster& cluster, const std::vector<std::string_view>& words) {
  if (cluster.words.empty() || cluster.words[0] != words[0]) return false;
  std::size_t same = 0;
  for (std::size_t i = 0; i < words.size(); ++i) same += cluster.words[i] == words[i] ? 1 : 0;
  return same * 3 >= words.size() * 2;
}

/// More templates than this are not compared with each other.
constexpr std::size_t kComparedMax = 2'000;
constexpr std::size_t kWordsMin = 3;

class Clusters {
 public:
  void add(std::string_view text, std::int64_t count, std::int64_t earlier) {
    const auto words = words_of(text);
    Cluster& cluster = find(words);
    if (cluster.words.empty()) cluster.words.assign(words.begin(), words.end());
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (cluster.words[i] == words[i]) continue;
      cluster.words[i].clear();
      put_mark(cluster.words[i], Mark::kWord);
    }
    cluster.count += count;
    cluster.earlier += earlier;
  }

  /// By text, since different clusters may have come to the same one.
  std::map<std::string, Cluster> take() {
    std::map<std::string, Cluster> by_text;
    for (auto& [size, clusters] : by_size_) {
      for (Cluster& cluster : clusters) {
        std::string text;
        for (const std::string& word : cluster.words) {
          text += (text.empty() ? "" : " ") + word;
        }
        Cluster& sum = by_text[text];
        sum.count += cluster.count;
        sum.earlier += cluster.earlier;
      }
    }
    return by_text;
  }

 private:
  Cluster& find(const std::vector<std::string_view>& words) {
    std::vector<Cluster>& same_size = by_size_[words.size()];
    const std::size_t compared = words.size() < kWordsMin ? 0 : same_size.size();
    for (std::size_t i = 0; i < std::min(compared, kComparedMax); ++i) {
      if (is_alike(same_size[i], words)) return same_size[i];
    }
    return same_size.emplace_back();
  }

  std::map<std::size_t, std::vector<Cluster>> by_size_;
};

struct Counts {
  std::int64_t count = 0;
  std::int64_t earlier = 0;
};

std::map<std::string, Counts> counts_of(const query::RowTable& rows,
                                        const query::RowTable* earlier) {
  std::map<std::string, Counts> counts;
  const auto add = [&](const query::RowTable& table, std::int64_t Counts::* field) {
    for (std::size_t i = 0; i < table.rows; ++i) {
      if (table.columns[0][i].is_null()) continue;
      counts[std::string(table.columns[0][i].text())].*field += table.columns[1][i].whole();
    }
  };
  add(rows, &Counts::count);
  if (earlier != nullptr) add(*earlier, &Counts::earlier);
  return counts;
}

std::string_view severity_label(std::string_view pattern) {
  const std::string_view level = find_level(pattern);
  if (level == "error") return "ERROR";
  if (level == "fatal") return "FATAL";
  if (level == "warn") return "WARN";
  if (level == "debug" || level == "trace") return "DEBUG";
  return level == "info" ? "INFO" : "NONE";
}

std::string describe(std::int64_t count, std::int64_t earlier) {
  if (earlier == 0) return "New";
  if (count == 0) return "Disappeared";
  if (count == earlier) return "Unchanged";
  const std::int64_t percent = (std::abs(count - earlier) * 100 + earlier / 2) / earlier;
  return (count > earlier ? "Increased by " : "Decreased by ") + std::to_string(percent) + "%";
}

std::map<std::string, Cluster> cluster_templates(const std::map<std::string, Counts>& counts) {
  std::vector<std::pair<const std::string*, Counts>> ordered;
  for (const auto& [text, count] : counts) ordered.emplace_back(&text, count);
  // The most frequent ones decide what clusters look like.
  const auto weight = [](const Counts& c) { return c.count + c.earlier; };
  std::stable_sort(ordered.begin(), ordered.end(), [&](const auto& a, const auto& b) {
    return weight(a.second) > weight(b.second);
  });
  Clusters clusters;
  for (const auto& [text, count] : ordered) clusters.add(*text, count.count, count.earlier);
  return clusters.take();
}

struct PatternTotals {
  std::int64_t count = 0;
  std::int64_t earlier = 0;
};

double score_of(const Cluster& cluster) {
  const auto expected = static_cast<double>(cluster.earlier);
  return (static_cast<double>(cluster.count) - expected) / std::sqrt(std::max(expected, 1.0));
}

std::string_view anomaly_type(const Cluster& cluster, const PatternTotals& totals) {
  constexpr double kUnusualScore = 3;
  if (totals.earlier == 0) return "";
  if (cluster.earlier == 0) return "New pattern";
  return std::abs(score_of(cluster)) >= kUnusualScore ? "Pattern frequency" : "";
}

}  // namespace

std::string template_of(std::string_view message) {
  std::string out;
  out.reserve(message.size() + 1);
  while (!message.empty()) {
    const char c = message[0];
    if (!is_word(c)) {
      const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == kMark;
      if (!is_blank) {
        out += c;
      } else if (!out.empty() && out.back() != ' ') {
        out += ' ';
      }
      message.remove_prefix(1);
      continue;
    }
    std::size_t bytes = 0;
    if (is_digit(c)) {
      if ((bytes = time_bytes(message)) != 0) {
        put_mark(out, Mark::kTime);
      } else if ((bytes = address_bytes(message)) != 0) {
        put_mark(out, Mark::kAddress);
      } else if ((bytes = number_bytes(message)) != 0) {
        put_mark(out, Mark::kNumber);
        // The unit is part of the text.
        while (bytes < message.size() && is_letter(message[bytes])) out += message[bytes++];
      }
    }
    if (bytes == 0) {
      bytes = run_bytes(message);
      put_run(out, message.substr(0, bytes));
    }
    message.remove_prefix(bytes);
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string show_template(std::string_view text) {
  std::string shown;
  int number = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != kMark || i + 1 == text.size()) {
      shown += text[i];
      continue;
    }
    shown += '<';
    switch (static_cast<Mark>(text[++i])) {
      case Mark::kTime: shown += "Time"; break;
      case Mark::kAddress: shown += "IP"; break;
      case Mark::kId: shown += "ID"; break;
      case Mark::kNumber: shown += "Number"; break;
      case Mark::kWord: shown += "Token"; break;
    }
    shown += '-' + std::to_string(++number) + '>';
  }
  return shown;
}

std::vector<std::string> pattern_columns(PatternDetail detail) {
  std::vector<std::string> columns = {"@pattern", "@ratio", "@sampleCount", "@severityLabel"};
  if (detail == PatternDetail::kDifference) {
    columns.insert(columns.end(), {"@differenceSampleCount", "@differenceDescription"});
  } else if (detail == PatternDetail::kAnomaly) {
    columns.insert(columns.end(), {"@anomalyType", "@anomalyScore"});
  }
  return columns;
}

query::RowTable make_patterns(const query::RowTable& rows, const query::RowTable* earlier,
                              PatternDetail detail) {
  const std::map<std::string, Cluster> patterns = cluster_templates(counts_of(rows, earlier));
  PatternTotals totals;
  std::vector<const std::pair<const std::string, Cluster>*> sorted;
  for (const auto& pattern : patterns) {
    totals.count += pattern.second.count;
    totals.earlier += pattern.second.earlier;
    sorted.push_back(&pattern);
  }
  const bool by_score = detail == PatternDetail::kAnomaly && totals.earlier > 0;
  std::stable_sort(sorted.begin(), sorted.end(), [&](const auto* a, const auto* b) {
    const double x = by_score ? std::abs(score_of(a->second)) : 0;
    const double y = by_score ? std::abs(score_of(b->second)) : 0;
    return x != y ? x > y : a->second.count > b->second.count;
  });
  query::RowTable table;
  table.rows = sorted.size();
  table.columns.resize(pattern_columns(detail).size());
  const auto text = [&](std::string_view bytes) { return Datum::text(table.texts->store(bytes)); };
  for (const auto* pattern : sorted) {
    const auto& [key, cluster] = *pattern;
    const std::string shown = show_template(key);
    const double ratio =
        totals.count == 0 ? 0.0
                          : static_cast<double>(cluster.count) / static_cast<double>(totals.count);
    table.columns[0].push_back(text(shown));
    table.columns[1].push_back(Datum::number(ratio));
    table.columns[2].push_back(Datum::integer(cluster.count));
    table.columns[3].push_back(text(severity_label(shown)));
    if (detail == PatternDetail::kDifference) {
      table.columns[4].push_back(Datum::integer(cluster.count - cluster.earlier));
      table.columns[5].push_back(text(describe(cluster.count, cluster.earlier)));
    } else if (detail == PatternDetail::kAnomaly) {
      const std::string_view type = anomaly_type(cluster, totals);
      table.columns[4].push_back(type.empty() ? Datum() : text(type));
      table.columns[5].push_back(by_score ? Datum::number(score_of(cluster)) : Datum());
    }
  }
  return table;
}

}  // namespace tracery::cwlogs
