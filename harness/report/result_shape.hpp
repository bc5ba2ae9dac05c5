#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace shmlab::report {

/// What keeps a JSON value from being a result that the tables can be made of, as one phrase that names the place and what was
/// expected there; empty when nothing does. results/schema.json is stricter: this looks only at what is read back.
std::string shape_fault(const nlohmann::json& result);

}  // namespace shmlab::report
