#include "cli/google_flags.hpp"

#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <string_view>

#include "cli/option_value.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"

namespace shmlab::cli {
namespace {

constexpr std::string_view list_flag = "--benchmark_list_tests";
constexpr std::string_view filter_flag = "--benchmark_filter";
constexpr std::string_view repetitions_flag = "--benchmark_repetitions";
/// Where the library looks for a filter that the command line does not give.
constexpr const char* filter_variable = "BENCHMARK_FILTER";
constexpr std::uint64_t most_repetitions = 10'000;

constexpr std::array<std::string_view, 13> known{list_flag,
                                                 filter_flag,
                                                 repetitions_flag,
                                                 "--benchmark_enable_random_interleaving",
                                                 "--benchmark_report_aggregates_only",
                                                 "--benchmark_display_aggregates_only",
                                                 "--benchmark_out",
                                                 "--benchmark_out_format",
                                                 "--benchmark_color",
                                                 "--benchmark_counters_tabular",
                                                 "--benchmark_context",
                                                 "--benchmark_perf_counters",
                                                 "--benchmark_time_unit"};

struct Flag {
  std::string_view name;
  std::string value;
};

Flag split(std::string_view argument) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string_view::npos) { return {argument, {}}; }
  return {argument.substr(0, equals), std::string(argument.substr(equals + 1))};
}

/// With a '-' before it: all but what matches (user guide, "Running a Subset of Benchmarks").
bool is_negative(const std::string& filter) {
  return filter.starts_with('-');
}
std::regex pattern_of(const std::string& filter) {
  return std::regex(is_negative(filter) ? filter.substr(1) : filter, std::regex::extended);
}

void check_filter(std::string_view whose, const std::string& value) {
  try {
    static_cast<void>(pattern_of(value));
  } catch (const std::regex_error&) {
    throw BadInput(fmt::format("{} '{}': expected a POSIX extended regular expression", whose, value));
  }
}

void check_out(const std::string& path) {
  if (!std::ofstream(path, std::ios::app)) { throw BadInput(fmt::format("--benchmark_out '{}': cannot be written", path)); }
}

void check_out_format(const std::string& format) {
  static constexpr std::array<std::string_view, 3> formats{"json", "console", "csv"};
  for (const std::string_view name : formats) {
    if (format == name) { return; }
  }
  throw unknown_name("value of --benchmark_out_format", format, formats);
}

void check(const std::string& argument) {
  const Flag flag = split(argument);
  bool is_known = false;
  for (const std::string_view name : known) { is_known = is_known || name == flag.name; }
  if (!is_known) { throw unknown_name("Google Benchmark flag", flag.name, known); }
  if (flag.name == filter_flag) { check_filter(flag.name, flag.value); }
  if (flag.name == repetitions_flag) { whole_number(flag.name, flag.value, 1, most_repetitions); }
  if (flag.name == "--benchmark_out") { check_out(flag.value); }
  if (flag.name == "--benchmark_out_format") { check_out_format(flag.value); }
}

}  // namespace

void check_google_flags(const std::vector<std::string>& flags) {
  for (const std::string& flag : flags) { check(flag); }
  if (const char* const filter = std::getenv(filter_variable); filter != nullptr) { check_filter(filter_variable, filter); }
}

bool lets_run(const std::string& filter, const std::string& full_name) {
  if (filter.empty() || filter == "all") { return true; }
  return std::regex_search(full_name, pattern_of(filter)) != is_negative(filter);
}

std::uint32_t repetitions_in(const std::vector<std::string>& flags, std::uint32_t otherwise) {
  std::uint32_t repetitions = otherwise;
  for (const std::string& argument : flags) {
    const Flag flag = split(argument);
    if (flag.name == repetitions_flag) {  // the last one counts
      repetitions = static_cast<std::uint32_t>(whole_number(flag.name, flag.value, 1, most_repetitions));
    }
  }
  return repetitions;
}

bool asks_for_list(const std::vector<std::string>& flags) {
  for (const std::string& argument : flags) {
    const Flag flag = split(argument);
    if (flag.name == list_flag && flag.value != "false" && flag.value != "0") { return true; }
  }
  return false;
}

}  // namespace shmlab::cli
