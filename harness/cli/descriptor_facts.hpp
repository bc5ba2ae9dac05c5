#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/descriptor.hpp"
#include "contract/face.hpp"

namespace shmlab::cli {

/// The roles that the contract speaks about, with the outcome of a death in each.
std::vector<std::pair<std::string_view, OnDeath>> applicable_roles(const DeathContract& contract);

/// The limits that the strategy has.
std::vector<std::pair<std::string_view, std::uint32_t>> own_limits(const Limits& limits);

/// Names of the faces, in the order of all_faces.
std::vector<std::string_view> names_of(FaceSet faces);

}  // namespace shmlab::cli
