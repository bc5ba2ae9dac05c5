#pragma once

#include <string_view>

namespace shmlab::report {

/// harness/report/html/report.css and report.js, as they were when the program was built.
extern const std::string_view report_css;
extern const std::string_view report_js;

}  // namespace shmlab::report
