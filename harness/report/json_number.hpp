#pragma once

#include <nlohmann/json_fwd.hpp>

namespace shmlab::report {

/// Nine significant digits say more than any clock knows, and keep a file short. null for what is not a finite number, which JSON cannot say.
nlohmann::json json_number(double value);

}  // namespace shmlab::report
