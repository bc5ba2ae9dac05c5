#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace shmlab::report {

/// Why a result whose shape is right cannot be: a time, rate or ratio below 0, an interval that its median is not in, a case that is there twice, an
/// unknown kind, cause or unit of time. Empty when all makes sense; otherwise what stands behind the path in an error, "is damaged: ...".
std::string sense_fault(const nlohmann::json& result);

}  // namespace shmlab::report
