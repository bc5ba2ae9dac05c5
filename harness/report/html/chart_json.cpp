#include "report/html/chart_json.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "report/printable.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

const char* name_of(ChartKind kind) {
  switch (kind) {
    case ChartKind::dots: return "dots";
    case ChartKind::lines: return "lines";
    case ChartKind::scatter: return "scatter";
  }
  return "dots";
}

json axis_json(const ChartAxis& axis) {
  return {{"title", printable(axis.title)}, {"log", axis.is_log}};
}

/// Four digits are more than a chart shows.
json number(double value) {
  const std::string text = fmt::format("{:.4g}", value);
  double shown = 0;
  std::from_chars(text.data(), text.data() + text.size(), shown);  // cannot fail: format() wrote a number
  return shown;
}

/// Names by number, each text once.
class Names {
 public:
  std::size_t index_of(const std::string& name) {
    const auto [known, is_new] = indices_.try_emplace(name, indices_.size());
    if (is_new) { texts_.push_back(printable(name)); }
    return known->second;
  }
  [[nodiscard]] const json& texts() const { return texts_; }

 private:
  std::map<std::string, std::size_t> indices_;
  json texts_ = json::array();
};

json point_json(const ChartPoint& point, ChartKind kind, Names& names) {
  json row{names.index_of(point.series), names.index_of(point.group), number(point.x)};
  if (kind == ChartKind::dots) {
    row.push_back(number(point.low));
    row.push_back(number(point.high));
  } else {
    row.push_back(number(point.y));
  }
  if (kind == ChartKind::scatter) { row.push_back(point.is_named ? 1 : 0); }
  return row;
}

json chart_json(const Chart& chart, Names& names) {
  json points = json::array();
  for (const ChartPoint& point : chart.points) { points.push_back(point_json(point, chart.kind, names)); }
  return {{"id", chart.id},
          {"kind", name_of(chart.kind)},
          {"description", printable(chart.description)},
          {"group_title", chart.group_title},
          {"x", axis_json(chart.x)},
          {"y", axis_json(chart.y)},
          {"points", std::move(points)}};
}

}  // namespace

json charts_json(std::span<const Chart* const> charts) {
  Names names;
  json all = json::array();
  for (const Chart* chart : charts) { all.push_back(chart_json(*chart, names)); }
  return {{"names", names.texts()}, {"charts", std::move(all)}};
}

}  // namespace shmlab::report
