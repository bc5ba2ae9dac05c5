#pragma once

#include <string>

#include "report/document.hpp"

namespace shmlab::report {

/// How many lines a chart draws: more cannot be told apart. The table has all.
inline constexpr std::size_t most_lines = 8;

/// The chart as an SVG element for an HTML page, in colours and shapes of the page's style sheet; complete without a script. Every mark has the
/// attribute data-s, its series, for the reader's filter.
std::string svg_chart(const Chart& chart);

}  // namespace shmlab::report
