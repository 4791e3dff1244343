// SPDX-License-Identifier: Apache-2.0
#include "server/cli.h"

#include <array>
#include <cstdio>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "server/config.h"
#include "server/verbs.h"
#include "server/version.h"

namespace tracery::server {
namespace {

/// The flag of a calculation and its name in a query.
constexpr std::array<std::pair<const char*, const char*>, 20> kCalculations = {
    {{"--sum", "SUM"},
     {"--avg", "AVG"},
     {"--min", "MIN"},
     {"--max", "MAX"},
     {"--count-distinct", "COUNT_DISTINCT"},
     {"--heatmap", "HEATMAP"},
     {"--p001", "P001"},
     {"--p01", "P01"},
     {"--p05", "P05"},
     {"--p10", "P10"},
     {"--p20", "P20"},
     {"--p25", "P25"},
     {"--p50", "P50"},
     {"--p75", "P75"},
     {"--p80", "P80"},
     {"--p90", "P90"},
     {"--p95", "P95"},
     {"--p99", "P99"},
     {"--p999", "P999"},
     {"--rate-sum", "RATE_SUM"}}};

/// Everything the command line can say. The verb that was named is `run`.
struct CommandLine {
  ServeOptions serve;
  QueryOptions query;
  TraceOptions trace;
  TailOptions tail;
  ClientOptions doctor;
  PartsOptions parts;
  CheckOptions check;
  KeyOptions key;
  bool version_json = false;
  std::function<int()> run;
};

/// The flag of one row of the configuration table; what is given goes into `values` as written.
void add_setting(CLI::App& verb, const Setting& setting, SettingValues& values) {
  const std::string flag = std::string("--") + setting.name;
  const std::string help = std::string(setting.help) + " [" + environment_name(setting.name) + "]";
  if (setting.kind == Setting::Kind::kSwitch) {
    verb.add_flag_callback(flag, [&values, &setting] { values[setting.name] = {"true"}; }, help);
    return;
  }
  auto* option = verb.add_option_function<std::vector<std::string>>(
      flag,
      [&values, &setting](const std::vector<std::string>& given) { values[setting.name] = given; },
      help);
  option->type_name(setting.value_name)->expected(1);
  if (setting.kind == Setting::Kind::kList) {
    option->expected(1, -1)->allow_extra_args(false)->multi_option_policy(
        CLI::MultiOptionPolicy::TakeAll);
  } else {
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
}

void add_config_file(CLI::App& verb, SettingValues& values) {
  verb.add_option_function<std::string>(
          "--config", [&values](const std::string& file) { values["config"] = {file}; },
          "Settings in TOML, by the names of the flags [TRACERY_CONFIG]")
      ->type_name("FILE");
}

/// The flags of verbs that open the data directory themselves.
void add_data(CLI::App& verb, SettingValues& values) {
  add_setting(verb, settings().front(), values);
  add_config_file(verb, values);
}

void add_client(CLI::App& verb, ClientOptions& client) {
  verb.add_option("--server", client.server, "The server to ask")
      ->envname("TRACERY_SERVER")
      ->type_name("URL")
      ->capture_default_str();
  verb.add_option("--key", client.key, "API key, needed off loopback")
      ->envname("TRACERY_KEY")
      ->type_name("KEY");
  verb.add_flag("--json", client.json, "Print JSON");
}

void add_serve(CLI::App& app, CommandLine& line) {
  auto* verb = app.add_subcommand("serve", "Receive, store and show telemetry");
  for (const Setting& setting : settings()) add_setting(*verb, setting, line.serve.flags);
  add_config_file(*verb, line.serve.flags);
  verb->callback([&line] { line.run = [&line] { return run_serve(line.serve); }; });
}

void add_query(CLI::App& app, CommandLine& line) {
  QueryOptions& query = line.query;
  auto* verb = app.add_subcommand("query", "Run a query and print its rows");
  verb->add_option("spec", query.spec,
                   "Honeycomb query JSON, a file of it, or - for stdin; else use the flags");
  verb->add_option("-d,--dataset", query.dataset, "Dataset; all of them by default");
  verb->add_flag_callback(
      "--count", [&query] { query.calculations.emplace_back("COUNT", ""); }, "Count events");
  for (const auto& [flag, op] : kCalculations) {
    verb->add_option_function<std::vector<std::string>>(
            flag,
            [&query, op](const std::vector<std::string>& columns) {
              for (const std::string& column : columns) query.calculations.emplace_back(op, column);
            },
            std::string(op) + " of a column")
        ->type_name("COLUMN")
        ->allow_extra_args(false);
  }
  verb->add_option("--formula", query.formulas,
                   "Shown in place of what it is made of, like 'mean=$\"SUM(ms)\" / $COUNT'")
      ->type_name("NAME=EXPRESSION")
      ->allow_extra_args(false);
  verb->add_option("-w,--where", query.where, "A filter, like 'status_code >= 500'")
      ->type_name("FILTER")
      ->allow_extra_args(false);
  verb->add_flag("--any", query.match_any, "Match events that pass any filter, not all");
  verb->add_option("-b,--by", query.by, "A column to group by")
      ->type_name("COLUMN")
      ->allow_extra_args(false);
  verb->add_option("--last", query.last, "Time range up to now, like 2h (the default)")
      ->type_name("DURATION");
  verb->add_option("--limit", query.limit, "Rows at most")
      ->check(CLI::Range(1, 1'000))
      ->type_name("N");
  add_client(*verb, query.client);
  verb->callback([&line] { line.run = [&line] { return run_query(line.query); }; });
}

void add_trace_and_tail(CLI::App& app, CommandLine& line) {
  auto* trace = app.add_subcommand("trace", "Print a trace as a waterfall");
  trace->add_option("id", line.trace.trace_id, "Trace id: 32 or 16 hex digits, or X-Ray's form")
      ->required();
  add_client(*trace, line.trace.client);
  trace->callback([&line] { line.run = [&line] { return run_trace(line.trace); }; });

  auto* tail = app.add_subcommand("tail", "Print events as they come");
  tail->add_option("-d,--dataset", line.tail.dataset, "Dataset; all of them by default");
  tail->add_option("-w,--where", line.tail.where, "A filter, like 'status_code >= 500'")
      ->type_name("FILTER")
      ->allow_extra_args(false);
  add_client(*tail, line.tail.client);
  tail->callback([&line] { line.run = [&line] { return run_tail(line.tail); }; });
}

void add_doctor(CLI::App& app, CommandLine& line) {
  auto* verb = app.add_subcommand("doctor", "Say what came by X-Ray's daemon, was lost or refused");
  add_client(*verb, line.doctor);
  verb->callback([&line] { line.run = [&line] { return run_doctor(line.doctor); }; });
}

void add_parts_and_check(CLI::App& app, CommandLine& line) {
  auto* parts = app.add_subcommand("parts", "Explain what the store keeps on disk");
  add_data(*parts, line.parts.flags);
  parts->add_flag("--json", line.parts.json, "Print JSON");
  parts->callback([&line] { line.run = [&line] { return run_parts(line.parts); }; });

  auto* check = app.add_subcommand("check", "Decode a request body and say what would be stored");
  check->add_option("file", line.check.file, "The body, or - for stdin")->required();
  check->add_option("--as", line.check.kind, "What it is; found out by default")
      ->check(CLI::IsMember(check_kinds()));
  check->add_option("-d,--dataset", line.check.dataset, "Dataset of Honeycomb bodies")
      ->capture_default_str();
  check->add_flag("--json", line.check.json, "Print the events as JSON");
  check->callback([&line] { line.run = [&line] { return run_check(line.check); }; });
}

void add_key(CLI::App& app, CommandLine& line) {
  KeyOptions& key = line.key;
  auto* verb = app.add_subcommand("key", "Manage API keys");
  verb->require_subcommand(1);

  auto* create = verb->add_subcommand("create", "Make a key and print it, this once");
  create->add_option("name", key.name, "Who or what will use it")->required();
  create->add_option("--type", key.kind, "What it may do")
      ->check(CLI::IsMember({"ingest", "configuration"}))
      ->capture_default_str();
  create->callback([&line] { line.run = [&line] { return run_key_create(line.key); }; });

  auto* list = verb->add_subcommand("list", "List the keys");
  list->callback([&line] { line.run = [&line] { return run_key_list(line.key); }; });

  auto* revoke = verb->add_subcommand("revoke", "Make a key useless");
  revoke->add_option("id", key.id, "The key's id, as listed")->required();
  revoke->callback([&line] { line.run = [&line] { return run_key_revoke(line.key); }; });

  for (CLI::App* each : {create, list, revoke}) {
    add_data(*each, key.flags);
    each->add_flag("--json", key.json, "Print JSON");
  }
}

void add_version(CLI::App& app, CommandLine& line) {
  auto* verb = app.add_subcommand("version", "Print the version");
  verb->add_flag("--json", line.version_json, "Print JSON");
  verb->callback([&line] { line.run = [&line] { return run_version(line.version_json); }; });
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  CommandLine line;
  CLI::App app{"Traces, logs and errors on your own machine", "tracery"};
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", std::string("tracery ") + kVersion);
  add_serve(app, line);
  add_query(app, line);
  add_trace_and_tail(app, line);
  add_doctor(app, line);
  add_parts_and_check(app, line);
  add_key(app, line);
  add_version(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version come this way too, with exit code 0.
    return app.exit(error) == 0 ? kExitOk : kExitMisuse;
  }
  if (!line.run) {
    std::fputs(app.help().c_str(), stderr);
    return kExitMisuse;
  }
  return line.run();
}

}  // namespace tracery::server
