#pragma once

#include <string_view>

namespace shmlab::measure {

/// Whether this processor's time stamp counter runs at one rate in every power state
/// (CPUID 0x80000007, EDX bit 8; Intel SDM volume 3, section 18.17.1). false where there is no such counter.
[[nodiscard]] bool has_invariant_tsc();

/// Whether to take time stamps from the counter. `kernel_clock_source` is the text of current_clocksource, empty when it
/// cannot be read. The counter must be invariant, and the kernel must not have fallen back from it: "tsc" and the sources
/// of hypervisors which are themselves computed from the counter (kvm-clock, hyperv_clocksource_tsc_page, xen) speak for it;
/// any other (hpet, acpi_pm, jiffies ...) is what remains on x86 after the kernel's watchdog has found it unstable or
/// out of step between CPUs. When the file cannot be read, the invariant bit alone decides.
[[nodiscard]] bool trust_tsc(bool invariant, std::string_view kernel_clock_source);

/// Nanoseconds a tick of the counter, against CLOCK_MONOTONIC_RAW over about 20 ms. Each end is the tightest of many
/// readings bracketed by the counter, so that being preempted in between does not matter. Needs a counter.
[[nodiscard]] double measure_ns_per_tick();

}  // namespace shmlab::measure
