#include "report/report_document.hpp"

#include "report/sections/sections.hpp"

namespace shmlab::report {

Document report_document(const ReportData& data) {
  const ReportView view(data);
  return {.title = "shmlab report",
          .verdict = verdict_of(view),
          .sections = {choice_section(view), environment_section(view), throughput_section(view), latency_section(view),
                       scaling_section(view), fairness_section(view), baseline_section(view), crash_section(view),
                       correctness_section(view), floor_section(view), gate_section(view), trend_section(view),
                       missing_section(view), reproduce_section(view)}};
}

}  // namespace shmlab::report
