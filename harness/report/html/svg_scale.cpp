#include "report/html/svg_scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/quantity.hpp"

namespace shmlab::report {
namespace {

constexpr double decade = 10;

/// "10", "2 k", "5 M": short and without decimals where there are none.
std::string tick_text(double value) {
  constexpr std::pair<double, std::string_view> steps[] = {{1e9, " G"}, {1e6, " M"}, {1e3, " k"}};
  for (const auto& [step, name] : steps) {
    if (value >= step) { return fmt::format("{:.3g}{}", value / step, name); }
  }
  return fmt::format("{:.3g}", value);
}

}  // namespace

SvgScale::SvgScale(const std::vector<double>& values, bool is_log, double from, double to)
    : is_log_(is_log), low_(0), high_(1), from_(from), to_(to) {
  if (!values.empty()) {
    low_ = is_log ? *std::ranges::min_element(values) : 0;
    high_ = *std::ranges::max_element(values);
  }
  constexpr double margin = 1.15;
  constexpr double narrow = 2;  // so that equal values do not fill the axis with noise
  if (is_log_) {
    low_ = (low_ > 0 ? low_ : 1) / margin;
    high_ = std::max(high_ * margin, low_ * narrow);
  } else {
    high_ = high_ > 0 ? high_ * 1.05 : 1;
  }
}

double SvgScale::at(double value) const {
  const double share = is_log_ ? std::log(value / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
  return from_ + share * (to_ - from_);
}

std::vector<SvgScale::Tick> SvgScale::ticks() const {
  std::vector<Tick> ticks;
  const auto add = [&](double value) {
    if (value >= low_ && value <= high_) { ticks.push_back({at(value), tick_text(value)}); }
  };
  if (!is_log_) {
    const double step = std::pow(decade, std::floor(std::log10(high_)));
    const double each = high_ / step < 2 ? step / 5 : high_ / step < 5 ? step / 2 : step;
    for (int i = 0; i * each <= high_; ++i) { add(i * each); }
    return ticks;
  }
  constexpr double many = 2.2;  // decades: then the powers of ten alone are enough
  const bool crowded = std::log10(high_ / low_) > many;
  for (double power = std::pow(decade, std::floor(std::log10(low_))); power <= high_; power *= decade) {
    add(power);
    if (!crowded) {
      add(2 * power);
      add(5 * power);
    }
  }
  return ticks;
}

}  // namespace shmlab::report
