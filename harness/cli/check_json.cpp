#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "catalogue/catalogue.hpp"
#include "cli/check_by_detector.hpp"
#include "cli/check_report.hpp"
#include "cli/shell_word.hpp"
#include "contract/nearest.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;
using run::PropertyFinding;
using run::PropertyReport;

const PropertyFinding* found_in(const std::optional<PropertyFinding>& finding, run::Lane lane) {
  return finding && finding->lane == lane ? &*finding : nullptr;
}

/// Why a lane's verdict is not ok, or what it did not cover.
std::string remark(const PropertyReport& pair, const run::LaneReport& lane) {
  if (!pair.shortfall.empty()) { return pair.shortfall; }
  const std::vector<std::string_view> texts(lane.left_out.begin(), lane.left_out.end());
  return texts.empty() ? std::string() : "not with " + join(texts, "; not with ");
}

json case_json(const PropertyReport& pair, const run::LaneReport& lane) {
  const PropertyFinding* finding = found_in(pair.violation, lane.lane);
  if (finding == nullptr) { finding = found_in(pair.doubt, lane.lane); }
  const Judgement without = pair.shortfall.empty() ? Judgement::ok : Judgement::unknown;
  return {{"strategy", pair.strategy->name()},
          {"scenario", pair.scenario->name()},
          {"lane", to_string(lane.lane)},
          {"verdict", to_string(finding != nullptr ? finding->verdict.judgement : without)},
          {"detector", finding != nullptr ? finding->detector : std::string_view()},
          {"runs", lane.runs},
          {"seconds", std::chrono::duration<double>(lane.time).count()},
          {"why", finding != nullptr ? finding->verdict.why : remark(pair, lane)},
          {"replay", finding != nullptr ? replay_line(*finding) : std::string()}};
}

}  // namespace

json check_json(const CheckReport& report) {
  json cases = json::array();
  for (const PropertyReport& pair : report.pairs) {
    if (pair.runs() == 0) { cases.push_back(case_json(pair, pair.lanes.front())); }
    for (const run::LaneReport& lane : pair.lanes) {
      if (lane.runs > 0) { cases.push_back(case_json(pair, lane)); }
    }
  }
  return {{"cases", std::move(cases)}, {"strategies", detector_json(report)}};
}

std::string replay_line(const PropertyFinding& finding) {
  return "shmlab replay " + shell_word(finding.token);
}

}  // namespace shmlab::cli
