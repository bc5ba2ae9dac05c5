#pragma once

#include "report/document.hpp"
#include "report/report_data.hpp"

/// The sections of a report, each in a file of its own.
namespace shmlab::report {

Section choice_section(const ReportView& view);       ///< which one should I use?
Section environment_section(const ReportView& view);  ///< machines, builds, warnings
Section throughput_section(const ReportView& view);
Section latency_section(const ReportView& view);
Section scaling_section(const ReportView& view);   ///< with participants, payload and any other parameter that has several values
Section fairness_section(const ReportView& view);  ///< and what it costs
Section baseline_section(const ReportView& view);  ///< shared memory against pipes, sockets and queues
Section crash_section(const ReportView& view);
Section correctness_section(const ReportView& view);
Section floor_section(const ReportView& view);    ///< multiples of what the hardware needs
Section gate_section(const ReportView& view);     ///< how small a difference comparisons on this machine tell
Section trend_section(const ReportView& view);    ///< over commits on one machine
Section missing_section(const ReportView& view);  ///< pairs without figures
Section reproduce_section(const ReportView& view);

/// One or two sentences: did all go well, and how far to trust it.
std::string verdict_of(const ReportView& view);

}  // namespace shmlab::report
