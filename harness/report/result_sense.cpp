#include "report/result_sense.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "contract/nearest.hpp"
#include "report/json_member.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

constexpr std::string_view kinds[] = {"own", "adapter", "peer", "baseline", "control"};
constexpr std::string_view causes[] = {"does_not_fit", "unavailable", "failed"};

/// The first number below 0 in `value`, which is called `place`; empty when there is none.
std::string negative_in(const json& value, const std::string& place) {
  if (value.is_number() && value.get<double>() < 0) {
    return fmt::format("{} is {}; expected no negative number", place, value.dump());
  }
  if (!value.is_structured()) { return {}; }
  for (const auto& [key, member] : value.items()) {
    const std::string here = value.is_array() ? fmt::format("{}[{}]", place, key) : fmt::format("{}.{}", place, key);
    if (std::string fault = negative_in(member, here); !fault.empty()) { return fault; }
  }
  return {};
}

std::string unknown_word(const std::string& word, std::span<const std::string_view> known, const std::string& place) {
  if (std::ranges::find(known, word) != known.end()) { return {}; }
  return fmt::format("{} is '{}'; expected {}; nearest is '{}'", place, word, join(known), nearest(word, known));
}

std::string interval_fault(const json& interval, const std::string& place) {
  const double median = number_of(interval, "median");
  // Comparisons with NaN, which is not measured, are false.
  const bool outside = number_of(interval, "low") > median || number_of(interval, "high") < median;
  return outside ? fmt::format("{}.median is {}, outside of low {} to high {}", place, interval.at("median").dump(),
                               interval.at("low").dump(), interval.at("high").dump())
                 : std::string{};
}

std::string case_fault(const json& row, const std::string& place) {
  for (const char* member : {"summary", "latencies"}) {
    if (std::string fault = negative_in(row.at(member), fmt::format("{}.{}", place, member)); !fault.empty()) { return fault; }
  }
  if (std::string fault = interval_fault(row.at("summary").at("ns_per_operation"), place + ".summary.ns_per_operation");
      !fault.empty()) {
    return fault;
  }
  return unknown_word(text_of(row, "kind"), kinds, place + ".kind");
}

std::string cases_fault(const json& ours) {
  std::set<std::string> names;
  const json& cases = ours.at("cases");
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string place = fmt::format("context.shmlab.cases[{}]", i);
    if (std::string fault = case_fault(cases[i], place); !fault.empty()) { return fault; }
    if (!names.insert(text_of(cases[i], "name")).second) {
      return fmt::format("{} is a second '{}'; expected each case once", place, text_of(cases[i], "name"));
    }
  }
  return {};
}

std::string unit_fault(const json& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto unit = rows[i].is_object() ? rows[i].find("time_unit") : rows[i].end();
    if (rows[i].is_object() && unit != rows[i].end() && *unit != "ns") {
      return fmt::format("benchmarks[{}].time_unit is {}; expected \"ns\"", i, unit->dump(-1, ' ', true));
    }
  }
  return {};
}

std::string skipped_fault(const json& pairs) {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (std::string fault = unknown_word(text_of(pairs[i], "cause"), causes, fmt::format("context.shmlab.skipped[{}].cause", i));
        !fault.empty()) {
      return fault;
    }
  }
  return {};
}

}  // namespace

std::string sense_fault(const nlohmann::json& result) {
  const json& ours = result.at("context").at("shmlab");
  for (const std::string& fault :
       {negative_in(ours.at("floor"), "context.shmlab.floor"), negative_in(ours.at("duration_s"), "context.shmlab.duration_s"),
        cases_fault(ours), skipped_fault(ours.at("skipped")), unit_fault(result.at("benchmarks"))}) {
    if (!fault.empty()) { return "is damaged: " + fault; }
  }
  return {};
}

}  // namespace shmlab::report
