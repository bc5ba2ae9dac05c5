#include "shm/region_kind.hpp"

#include <algorithm>
#include <string_view>

#include "contract/nearest.hpp"

namespace shmlab::shm {

RegionKind region_kind_from(std::string_view name) {
  std::array<std::string_view, all_region_kinds.size()> names;
  std::ranges::transform(all_region_kinds, names.begin(), [](RegionKind kind) { return to_string(kind); });
  const auto* const found = std::ranges::find(names, name);
  if (found == names.end()) { throw unknown_name("region kind", name, names); }
  return all_region_kinds[static_cast<std::size_t>(found - names.begin())];
}

}  // namespace shmlab::shm
