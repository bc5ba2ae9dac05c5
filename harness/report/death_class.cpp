#include "report/death_class.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "contract/error.hpp"
#include "report/json_member.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

/// By the words of `shmlab crash`, see harness/crash/crash_cell.hpp. Who waits for one that was stopped waits no longer than that.
constexpr std::pair<std::string_view, DeathClass> fates[] = {
    {"unaffected", DeathClass::unaffected}, {"waits", DeathClass::unaffected}, {"times_out", DeathClass::unaffected},
    {"recovers", DeathClass::recovers},     {"detects", DeathClass::detects},  {"blocks", DeathClass::blocks},
    {"lost_wakeup", DeathClass::blocks},    {"aborts", DeathClass::aborts},    {"corrupts", DeathClass::corrupts},
    {"unknown", DeathClass::untried}};

DeathClass class_of_fate(std::string_view word) {
  const auto* const found = std::ranges::find(fates, word, &std::pair<std::string_view, DeathClass>::first);
  if (found == std::end(fates)) { throw BadInput(fmt::format("tells of the fate '{}'", word)); }
  return found->second;
}

/// "unaffected 1, blocks 38": the worst word.
DeathClass worst_in(std::string_view course) {
  DeathClass worst = DeathClass::unaffected;
  while (!course.empty()) {
    const std::string_view part = course.substr(0, course.find(", "));
    worst = std::max(worst, class_of_fate(part.substr(0, part.find(' '))));
    course.remove_prefix(std::min(course.size(), part.size() + 2));
  }
  return worst;
}

class Collector {
 public:
  void add(const std::string& strategy, const std::string& role, const std::string& survivor, DeathClass met) {
    auto known = std::ranges::find(deaths_, strategy, &Deaths::strategy);
    if (known == deaths_.end()) { known = deaths_.insert(deaths_.end(), {strategy, {}}); }
    DeathClass& worst = known->by_role[role].try_emplace(survivor, met).first->second;
    worst = std::max(worst, met);
  }
  std::vector<Deaths> take() { return std::move(deaths_); }

 private:
  std::vector<Deaths> deaths_;
};

/// Rows of a table that was written with --update.
void add_expected(const json& row, Collector& to) {
  const std::string& role = text_of(row, "role");
  const std::string who = role.substr(0, role.find(','));
  const std::string what = role.substr(who.size());
  if (what.empty() || what == ", by instruction" || what == ", then the next") {
    to.add(text_of(row, "strategy"), who, text_of(row, "survivor"), worst_in(text_of(row, "course")));
  }
}

/// Cells of --json.
void add_cell(const json& cell, Collector& to) {
  const std::string& kind = text_of(cell, "kind");
  if (kind == "access" || kind == "asleep" || kind == "instruction" || kind == "second") {
    to.add(text_of(cell, "strategy"), text_of(cell, "role"), text_of(cell, "survivor"), class_of_fate(text_of(cell, "outcome")));
  }
}

}  // namespace

std::string_view to_string(DeathClass met) {
  switch (met) {
    case DeathClass::unaffected: return "go on";
    case DeathClass::recovers: return "recover";
    case DeathClass::detects: return "are told";
    case DeathClass::untried: return "not tried";
    case DeathClass::blocks: return "block";
    case DeathClass::aborts: return "abort";
    case DeathClass::corrupts: return "are given wrong data";
  }
  return "unknown";
}

DeathClass Deaths::worst() const {
  DeathClass worst = DeathClass::unaffected;
  for (const auto& [role, survivors] : by_role) {
    for (const auto& [survivor, met] : survivors) { worst = std::max(worst, met); }
  }
  return by_role.empty() ? DeathClass::untried : worst;
}

std::vector<Deaths> deaths_in(const nlohmann::json& crash, std::string_view what) {
  constexpr std::string_view wanted = "expected what 'shmlab crash --json' prints or --update writes";
  const bool is_table = crash.is_object() && crash.contains("expected");
  const bool is_report = crash.is_object() && crash.contains("cells");
  if (!is_table && !is_report) { throw BadInput(fmt::format("{} is no table of deaths; {}", what, wanted)); }
  Collector collector;
  try {
    for (const json& row : crash.at(is_table ? "expected" : "cells")) {
      is_table ? add_expected(row, collector) : add_cell(row, collector);
    }
  } catch (const json::exception&) {
    throw BadInput(fmt::format("{} has a row without strategy, role, survivor or what became of it; {}", what, wanted));
  } catch (const BadInput& error) { throw BadInput(fmt::format("{} {}; {}", what, error.what(), wanted)); }
  return collector.take();
}

DeathClass class_of(std::span<const Deaths> deaths, std::string_view name) {
  const auto known = std::ranges::find(deaths, name, &Deaths::strategy);
  return known == deaths.end() ? DeathClass::untried : known->worst();
}

}  // namespace shmlab::report
