#pragma once

#include <cstdint>
#include <optional>

namespace shmlab::env {

/// The only CPU on which the calling thread may run (sched_getaffinity(2)); none: there are several.
std::optional<std::uint32_t> only_allowed_cpu();

}  // namespace shmlab::env
