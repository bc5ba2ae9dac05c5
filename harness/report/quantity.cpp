#include "report/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <string_view>

namespace shmlab::report {
namespace {

struct Unit {
  double size;
  std::string_view name;
};

constexpr Unit times[] = {{1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}};
constexpr Unit rates[] = {{1, ""}, {1e3, "k"}, {1e6, "M"}, {1e9, "G"}};
constexpr double binary_step = 1024;
constexpr Unit sizes[] = {
    {1, "B"}, {binary_step, "KiB"}, {binary_step * binary_step, "MiB"}, {binary_step * binary_step * binary_step, "GiB"}};

double rounded(double value) {
  const double magnitude = std::floor(std::log10(std::abs(value)));
  const double step = std::pow(10, magnitude - 2);
  return std::round(value / step) * step;
}

/// The largest unit of which the rounded value holds at least one, so that 999.6 ns is 1.00 µs.
const Unit& unit_for(double value, std::span<const Unit> units) {
  const auto larger = std::ranges::find_if(units.begin() + 1, units.end(),
                                           [value](const Unit& unit) { return value == 0 || rounded(value / unit.size) < 1; });
  return *std::prev(larger);
}

std::string scaled(double value, std::span<const Unit> units) {
  if (!std::isfinite(value)) { return {}; }
  const Unit& unit = unit_for(value, units);
  const std::string digits = significant(value / unit.size);
  return unit.name.empty() ? digits : fmt::format("{} {}", digits, unit.name);
}

}  // namespace

std::string significant(double value) {
  constexpr double smallest = 0.001;
  if (!std::isfinite(value)) { return {}; }
  if (value == 0) { return "0"; }
  if (value > 0 && value < smallest) { return "<0.001"; }
  const double shown = rounded(value);
  const double size = std::abs(shown);
  const int decimals = size < 10 ? 2 : size < 100 ? 1 : 0;
  return fmt::format("{:.{}f}", shown, size < 1 ? 3 : decimals);
}

std::string time_text(double ns) {
  return scaled(ns, times);
}

std::string time_range_text(double ns, double low_ns, double high_ns) {
  if (!std::isfinite(ns) || !std::isfinite(low_ns) || !std::isfinite(high_ns)) { return {}; }
  const double unit = unit_for(ns, times).size;
  return fmt::format("{}–{}", significant(low_ns / unit), significant(high_ns / unit));
}

std::string rate_text(double per_s) {
  return scaled(per_s, rates);
}

std::string bytes_text(double bytes) {
  return scaled(bytes, sizes);
}

}  // namespace shmlab::report
