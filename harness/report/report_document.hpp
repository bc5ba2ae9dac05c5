#pragma once

#include "report/document.hpp"
#include "report/report_data.hpp"

namespace shmlab::report {

/// The whole report: a verdict, what to choose, and the sections of the README's list.
Document report_document(const ReportData& data);

}  // namespace shmlab::report
