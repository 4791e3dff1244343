// SPDX-License-Identifier: Apache-2.0
// How well grouping tells errors apart: reports of real exceptions, labelled by the program that
// threw them (tests/data/rollbar/grouping/ORIGIN.md).
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "protocols/rollbar/grouping.h"

namespace tracery::rollbar {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

std::uint64_t pairs_of(const Counts& counts) {
  std::uint64_t pairs = 0;
  for (const auto& [name, count] : counts) pairs += count * (count - 1) / 2;
  return pairs;
}

/// What became of the occurrences of a set.
struct Grouped {
  Counts labels, groups, cells;  ///< A cell is what a label and a group have in common.
  std::map<std::string, std::set<std::string>> groups_of, labels_of;

  void add(const std::string& label, const std::string& group) {
    ++labels[label];
    ++groups[group];
    ++cells[label + '\n' + group];
    groups_of[label].insert(group);
    labels_of[group].insert(label);
  }
  std::uint64_t occurrences() const {
    std::uint64_t sum = 0;
    for (const auto& [label, count] : labels) sum += count;
    return sum;
  }
  double precision() const {
    return static_cast<double>(pairs_of(cells)) / static_cast<double>(pairs_of(groups));
  }
  double recall() const {
    return static_cast<double>(pairs_of(cells)) / static_cast<double>(pairs_of(labels));
  }
  double f1() const { return 2 * precision() * recall() / (precision() + recall()); }
};

std::string label_in(const std::string& line) {
  simdjson::dom::parser parser;
  std::string_view label;
  EXPECT_EQ(parser.parse(line)["label"].get(label), simdjson::SUCCESS) << line;
  return std::string(label);
}

Grouped group_all(int version) {
  Grouped grouped;
  for (const auto& file :
       std::filesystem::directory_iterator(TRACERY_TEST_DATA "/rollbar/grouping")) {
    if (file.path().extension() != ".jsonl") continue;
    std::ifstream lines(file.path());
    for (std::string line; std::getline(lines, line);) {
      const auto report = read_report(line);
      EXPECT_TRUE(report.ok()) << line;
      if (report.ok()) grouped.add(label_in(line), grouping_text(*report, version));
    }
  }
  return grouped;
}

/// Every label in more than one group and every group with more than one label.
std::string misses_of(const Grouped& grouped) {
  std::string text;
  for (const auto& [label, groups] : grouped.groups_of) {
    if (groups.size() < 2) continue;
    text += "split into " + std::to_string(groups.size()) + ": " + label + '\n';
    for (const std::string& group : groups) text += "  [" + group + "]\n";
  }
  for (const auto& [group, labels] : grouped.labels_of) {
    if (labels.size() < 2) continue;
    text += "lumped:";
    for (const std::string& label : labels) text += ' ' + label + ',';
    text += "\n  [" + group + "]\n";
  }
  return text;
}

TEST(GroupingQuality, RealExceptionsAreGroupedByTheirCause) {
  const Grouped grouped = group_all(kGroupingVersion);

  std::printf("%zu errors, %llu occurrences, %zu groups: precision %.4f, recall %.4f, F1 %.4f\n",
              grouped.labels.size(), static_cast<unsigned long long>(grouped.occurrences()),
              grouped.groups.size(), grouped.precision(), grouped.recall(), grouped.f1());
  EXPECT_GE(grouped.labels.size(), 60U);
  EXPECT_GE(grouped.occurrences(), 400U);
  EXPECT_GE(grouped.f1(), 0.97) << misses_of(grouped);
}

TEST(GroupingQuality, NewRulesAreNoWorseThanTheOldOnes) {
  double before = 0;
  for (int version = 1; version <= kGroupingVersion; ++version) {
    const double f1 = group_all(version).f1();
    std::printf("version %d: F1 %.4f\n", version, f1);
    EXPECT_GE(f1, before) << "version " << version;
    before = f1;
  }
}

}  // namespace
}  // namespace tracery::rollbar
