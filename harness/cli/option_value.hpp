#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "run/plan.hpp"

namespace shmlab::cli {

/// The value of an option as a decimal whole number from low to high. Throws BadInput naming the option and its range.
std::uint64_t whole_number(std::string_view option, std::string_view text, std::uint64_t low, std::uint64_t high);

/// A duration such as 500ms, 30s, 2m or 1h: more than nothing, at most 24 hours. Throws BadInput naming the option.
std::chrono::nanoseconds duration(std::string_view option, std::string_view text);

/// The lane called `name`. Throws BadInput with the nearest name.
run::Lane lane_from(std::string_view name);

}  // namespace shmlab::cli
