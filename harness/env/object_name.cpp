#include "env/object_name.hpp"

#include <algorithm>
#include <cstring>

#include "shm/run_names.hpp"

namespace shmlab::env {

static_assert(shm::name_length < sizeof(ObjectName::characters), "the name and its NUL must fit");

ObjectName ObjectName::fresh() {
  ObjectName name{};
  std::ranges::copy(shm::fresh_name(), name.characters.begin());
  return name;
}

std::string ObjectName::text() const {
  return {characters.data(), strnlen(characters.data(), characters.size())};
}

bool ObjectName::is_of_this_run() const {
  return shm::is_name_of_this_run(text());
}

}  // namespace shmlab::env
