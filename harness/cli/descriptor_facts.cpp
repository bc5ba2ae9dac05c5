#include "cli/descriptor_facts.hpp"

namespace shmlab::cli {

std::vector<std::pair<std::string_view, OnDeath>> applicable_roles(const DeathContract& contract) {
  std::vector<std::pair<std::string_view, OnDeath>> roles{
      {"holder", contract.holder}, {"waiter", contract.waiter},     {"poster", contract.poster},    {"writer", contract.writer},
      {"reader", contract.reader}, {"producer", contract.producer}, {"consumer", contract.consumer}};
  std::erase_if(roles, [](const auto& role) { return role.second == OnDeath::not_applicable; });
  return roles;
}

std::vector<std::pair<std::string_view, std::uint32_t>> own_limits(const Limits& limits) {
  std::vector<std::pair<std::string_view, std::uint32_t>> own{{"participants", limits.participants},
                                                              {"writers", limits.writers},
                                                              {"readers", limits.readers},
                                                              {"payload_bytes", limits.payload_bytes},
                                                              {"capacity", limits.capacity}};
  std::erase_if(own, [](const auto& limit) { return limit.second == 0; });
  return own;
}

std::vector<std::string_view> names_of(FaceSet faces) {
  std::vector<std::string_view> names;
  for (const Face face : all_faces) {
    if (faces.contains(face)) { names.push_back(to_string(face)); }
  }
  return names;
}

}  // namespace shmlab::cli
