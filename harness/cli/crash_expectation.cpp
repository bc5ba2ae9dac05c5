#include "cli/crash_expectation.hpp"

#include <fmt/core.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "cli/crash_report.hpp"
#include "contract/error.hpp"
#include "report/json_member.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;
/// Strategy, role, survivor.
using Key = std::tuple<std::string, std::string, std::string>;
using Courses = std::map<Key, std::string>;

Courses courses_of(const std::vector<crash::CrashReport>& reports) {
  Courses courses;
  for (const crash::CrashReport& report : reports) {
    for (const CrashSeries& series : series_in(report)) {
      for (const crash::Survivor survivor : crash::all_survivors) {
        courses[{std::string(report.strategy->name()), to_string(series), std::string(crash::to_string(survivor))}] =
            course_of(report, series, survivor);
      }
    }
  }
  return courses;
}

Courses read(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) { throw BadInput(fmt::format("--expect: cannot read '{}'; expected a file that --update wrote", path.string())); }
  try {
    Courses courses;
    const json table = json::parse(file);
    for (const json& row : table.at("expected")) {
      courses[{report::text_of(row, "strategy"), report::text_of(row, "role"), report::text_of(row, "survivor")}] =
          report::text_of(row, "course");
    }
    return courses;
  } catch (const json::exception&) {
    throw BadInput(fmt::format("--expect: '{}' is no table of deaths; expected a file that --update wrote", path.string()));
  }
}

}  // namespace

json crash_expectation(const std::vector<crash::CrashReport>& reports) {
  json rows = json::array();
  for (const auto& [key, course] : courses_of(reports)) {
    const auto& [strategy, role, survivor] = key;
    rows.push_back({{"strategy", strategy}, {"role", role}, {"survivor", survivor}, {"course", course}});
  }
  return {{"expected", std::move(rows)}};
}

std::vector<std::string> drifts_from(const std::filesystem::path& path, const std::vector<crash::CrashReport>& reports) {
  const Courses expected = read(path);
  const Courses found = courses_of(reports);
  std::set<std::string> known;
  for (const auto& [key, course] : expected) { known.insert(std::get<0>(key)); }
  std::vector<std::string> drifts;
  for (const auto& [key, course] : found) {
    const auto& [strategy, role, survivor] = key;
    if (!known.contains(strategy)) { continue; }
    const auto before = expected.find(key);
    const std::string was = before == expected.end() ? "nothing" : before->second;
    if (was != course) { drifts.push_back(fmt::format("{}, {}, {}: {}; expected {}", strategy, role, survivor, course, was)); }
  }
  return drifts;
}

}  // namespace shmlab::cli
