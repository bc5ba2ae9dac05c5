#pragma once

#include <string>
#include <vector>

#include "report/document.hpp"

namespace shmlab::report {

/// Where the values of one axis stand.
class SvgScale {
 public:
  /// From the least to the greatest of `values`, a little more on both sides, onto the pixels from .. to. A linear one begins at 0.
  SvgScale(const std::vector<double>& values, bool is_log, double from, double to);

  [[nodiscard]] double at(double value) const;

  struct Tick {
    double at;
    std::string text;
  };
  /// Powers of ten (with 2 and 5 between them where there is room), or round steps.
  [[nodiscard]] std::vector<Tick> ticks() const;

 private:
  bool is_log_;
  double low_;
  double high_;
  double from_;
  double to_;
};

}  // namespace shmlab::report
