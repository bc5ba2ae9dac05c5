#include "check/why.hpp"

#include <fmt/core.h>

namespace shmlab::check {

std::string differs(std::string_view what, std::uint64_t found, std::uint64_t expected) {
  return fmt::format("{} is {}, expected {}", what, found, expected);
}

std::string not_whole(std::string_view what, const Inspection& inspection, std::size_t bytes) {
  return fmt::format("{} is not whole: version {}, byte {} of {} is wrong", what, inspection.version, inspection.wrong_at, bytes);
}

std::string not_due(std::string_view what, const Inspection& inspection, std::size_t bytes, std::uint64_t expected) {
  if (!inspection.whole()) { return not_whole(what, inspection, bytes); }
  if (inspection.blank()) { return fmt::format("{} is blank, expected version {}", what, expected); }
  return fmt::format("{} has version {}, expected {}", what, inspection.version, expected);
}

std::string went_back(std::string_view what, std::uint64_t from, std::uint64_t to) {
  return fmt::format("{} went back from {} to {}", what, from, to);
}

std::string nobody_died(Acquired acquired) {
  return fmt::format("lock() answered {}, but nobody died", to_string(acquired));
}

}  // namespace shmlab::check
