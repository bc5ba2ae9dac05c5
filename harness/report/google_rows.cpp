#include "report/google_rows.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace shmlab::report {
namespace {

// BenchmarkName::str() in Google Benchmark 1.7 (benchmark_name.cc) joins these behind the function's name and arguments.
constexpr std::string_view run_suffixes[] = {
    "min_time:", "min_warmup_time:", "iterations:", "repeats:", "manual_time", "real_time", "process_time", "threads:"};

bool says_how_it_ran(std::string_view segment) {
  return std::ranges::any_of(run_suffixes, [segment](std::string_view suffix) {
    return suffix.ends_with(':') ? segment.starts_with(suffix) : segment == suffix;
  });
}

}  // namespace

std::string_view without_run_suffix(std::string_view run_name) {
  for (std::size_t slash = run_name.rfind('/'); slash != std::string_view::npos; slash = run_name.rfind('/')) {
    if (!says_how_it_ran(run_name.substr(slash + 1))) { break; }
    run_name = run_name.substr(0, slash);
  }
  return run_name;
}

nlohmann::json run_name_of(const nlohmann::json& google, std::string_view case_name) {
  const auto rows = google.find("benchmarks");
  if (rows == google.end()) { return nullptr; }
  for (const nlohmann::json& row : *rows) {
    const auto run_name = row.find("run_name");
    if (run_name != row.end() && run_name->is_string() &&
        without_run_suffix(run_name->get_ref<const std::string&>()) == case_name) {
      return *run_name;
    }
  }
  return nullptr;
}

}  // namespace shmlab::report
