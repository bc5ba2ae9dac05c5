#include "report/html/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "report/html/escaped.hpp"
#include "report/html/svg_scale.hpp"
#include "report/printable.hpp"

namespace shmlab::report {
namespace {

constexpr double width = 760;
constexpr double right = width - 16;
constexpr double row_height = 17;
constexpr double plot_height = 300;
constexpr double axis_height = 44;
constexpr double legend_height = 20;
constexpr std::size_t colours = 8;  // of the style sheet
constexpr std::size_t longest_label = 38;

/// Series or groups in the order of their first appearance, without those that are not drawn.
std::vector<std::string> names_of(const Chart& chart, std::string ChartPoint::* member, std::size_t most) {
  std::vector<std::string> names;
  for (const ChartPoint& point : chart.points) {
    if (std::ranges::find(names, point.*member) == names.end() && names.size() < most) { names.push_back(point.*member); }
  }
  return names;
}

std::size_t index_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

/// Shape and colour number `index`: the shapes are circle, square, diamond, triangle, in turn.
std::string mark(double x, double y, std::size_t index) {
  constexpr double r = 4.2;
  const std::size_t colour = index % colours;
  switch (index % 4) {
    case 0: return fmt::format("<circle class=\"c{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"/>", colour, x, y, r);
    case 1: return fmt::format("<path class=\"c{}\" d=\"M{:.1f} {:.1f}h8v8h-8z\"/>", colour, x - 4, y - 4);
    case 2: return fmt::format("<path class=\"c{}\" d=\"M{:.1f} {:.1f}l5 5-5 5-5-5z\"/>", colour, x, y - 5);
    default: return fmt::format("<path class=\"c{}\" d=\"M{:.1f} {:.1f}l5 9h-10z\"/>", colour, x, y - 5);
  }
}

std::string label(std::string_view text) {
  return escaped(shortened(printable(text), longest_label));
}

std::string open_mark(const std::string& series) {
  return fmt::format("<g data-s=\"{}\">", escaped(series));
}

std::string legend(const std::vector<std::string>& names, double left, double& height) {
  std::string svg;
  double x = left;
  for (std::size_t i = 0; i < names.size(); ++i) {
    constexpr double letter = 6.6;
    const double needed = 24 + letter * static_cast<double>(std::min(display_width(printable(names[i])), longest_label));
    if (x + needed > right && x > left) {
      x = left;
      height += legend_height;
    }
    svg += mark(x + 5, height + 10, i) +
           fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\">{}</text>", x + 14, height + 14, label(names[i]));
    x += needed;
  }
  height += names.empty() ? 0 : legend_height + 4;
  return svg;
}

std::string x_axis(const SvgScale& scale, const ChartAxis& axis, double left, double top, double bottom) {
  std::string svg;
  for (const SvgScale::Tick& tick : scale.ticks()) {
    svg += fmt::format(
        "<path class=\"grid\" d=\"M{0:.1f} {1:.0f}V{2:.0f}\"/><text class=\"mid\" x=\"{0:.1f}\" y=\"{3:.0f}\">{4}</text>",
        tick.at, top, bottom, bottom + 15, tick.text);
  }
  return svg + fmt::format("<text class=\"mid title\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>", (left + right) / 2, bottom + 34,
                           escaped(axis.title));
}

std::string y_axis(const SvgScale& scale, const ChartAxis& axis, double left, double top) {
  std::string svg = fmt::format("<text class=\"title\" x=\"0\" y=\"{:.0f}\">{}</text>", top - 6, escaped(axis.title));
  for (const SvgScale::Tick& tick : scale.ticks()) {
    svg += fmt::format(
        "<path class=\"grid\" d=\"M{0:.0f} {1:.1f}H{2:.0f}\"/><text class=\"end\" x=\"{3:.0f}\" y=\"{4:.1f}\">{5}</text>", left,
        tick.at, right, left - 6, tick.at + 4, tick.text);
  }
  return svg;
}

std::vector<double> values_of(const Chart& chart, std::initializer_list<double ChartPoint::*> members,
                              const std::vector<std::string>& series) {
  std::vector<double> values;
  for (const ChartPoint& point : chart.points) {
    if (index_of(series, point.series) == series.size()) { continue; }
    for (double ChartPoint::* member : members) { values.push_back(point.*member); }
  }
  return values;
}

std::string dots(const Chart& chart, double& height) {
  constexpr double left = 262;
  const std::vector<std::string> rows = names_of(chart, &ChartPoint::series, chart.points.size());
  const std::vector<std::string> groups = names_of(chart, &ChartPoint::group, chart.points.size());
  std::string svg = legend(groups, left, height);
  const double top = height;
  height += row_height * static_cast<double>(rows.size());
  const SvgScale scale(values_of(chart, {&ChartPoint::x, &ChartPoint::low, &ChartPoint::high}, rows), chart.x.is_log, left,
                       right);
  svg += x_axis(scale, chart.x, left, top, height);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = top + row_height * (static_cast<double>(i) + 0.5);
    svg += open_mark(rows[i]) +
           fmt::format("<text class=\"end\" x=\"{:.0f}\" y=\"{:.1f}\">{}</text>", left - 8, y + 4, label(rows[i]));
    for (const ChartPoint& point : chart.points) {
      if (point.series != rows[i]) { continue; }
      if (point.high > point.low) {
        svg += fmt::format("<path class=\"bar\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", scale.at(point.low), y, scale.at(point.high));
      }
      svg += mark(scale.at(point.x), y, index_of(groups, point.group));
    }
    svg += "</g>";
  }
  return svg;
}

std::string line_through(const std::vector<std::pair<double, double>>& places, std::size_t index) {
  std::string path;
  for (const auto& [x, y] : places) { path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x, y); }
  return fmt::format("<path class=\"line c{} d{}\" d=\"{}\"/>", index % colours, index % 4, path);
}

std::string plane(const Chart& chart, double& height) {
  constexpr double left = 62;
  constexpr double title_height = 20;
  const bool is_lines = chart.kind == ChartKind::lines;
  const std::vector<std::string> series = names_of(chart, &ChartPoint::series, is_lines ? most_lines : chart.points.size());
  const std::vector<std::string> groups = is_lines ? series : names_of(chart, &ChartPoint::group, chart.points.size());
  std::string svg = legend(groups, left, height);
  const double top = height + title_height;
  height = top + plot_height;
  const SvgScale across(values_of(chart, {&ChartPoint::x}, series), chart.x.is_log, left, right);
  const SvgScale up(values_of(chart, {&ChartPoint::y}, series), chart.y.is_log, height, top);
  svg += x_axis(across, chart.x, left, top, height) + y_axis(up, chart.y, left, top);
  for (const std::string& name : series) {
    std::string marks;
    std::vector<std::pair<double, double>> places;
    for (const ChartPoint& point : chart.points) {
      if (point.series != name) { continue; }
      places.emplace_back(across.at(point.x), up.at(point.y));
      marks += mark(places.back().first, places.back().second, index_of(groups, is_lines ? name : point.group));
      if (point.is_named) {
        const bool is_far_right = places.back().first > (left + right) / 2;
        marks += fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", is_far_right ? "end" : "start",
                             places.back().first + (is_far_right ? -8 : 8), places.back().second + 4, label(name));
      }
    }
    svg += open_mark(name) + (is_lines ? line_through(places, index_of(series, name)) : std::string{}) + marks + "</g>";
  }
  return svg;
}

}  // namespace

std::string svg_chart(const Chart& chart) {
  double height = 0;
  const std::string drawn = chart.kind == ChartKind::dots ? dots(chart, height) : plane(chart, height);
  return fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">{}</svg>", width, height + axis_height,
                     escaped(chart.description), drawn);
}

}  // namespace shmlab::report
