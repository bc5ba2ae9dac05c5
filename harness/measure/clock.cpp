#include "measure/clock.hpp"

#include "measure/allowed_cpus.hpp"
#include "measure/clock_calibration.hpp"
#include "measure/clock_skew.hpp"
#include "measure/system_files.hpp"

namespace shmlab::measure {
namespace {

ClockScale scale_of_this_machine() {
  const std::string kernel_source = SystemFiles("/").line(current_clock_source).value_or("");
  if (!trust_tsc(has_invariant_tsc(), kernel_source)) { return {}; }
  ClockScale scale{.source = ClockSource::tsc, .ns_per_tick = measure_ns_per_tick()};
  Clock::use(scale);
  scale.skew_ticks = measure_skew(allowed_cpus());
  return scale;
}

}  // namespace

const ClockScale& Clock::calibrate() {
  static const ClockScale measured = scale_of_this_machine();
  use(measured);
  return measured;
}

}  // namespace shmlab::measure
