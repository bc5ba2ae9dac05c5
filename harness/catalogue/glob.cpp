#include "catalogue/glob.hpp"

#include <fnmatch.h>

#include <string>

namespace shmlab::catalogue {

bool matches_glob(std::string_view pattern, std::string_view name) {
  return pattern == name || fnmatch(std::string(pattern).c_str(), std::string(name).c_str(), 0) == 0;
}

bool has_wildcard(std::string_view pattern) {
  return pattern.find_first_of("*?[") != std::string_view::npos;
}

}  // namespace shmlab::catalogue
