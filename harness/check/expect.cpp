#include "check/expect.hpp"

#include "check/why.hpp"

namespace shmlab::check {

bool refute(measure::Session& session, std::string_view what, std::uint64_t found, std::uint64_t expected) {
  session.violated(differs(what, found, expected));
  return false;
}

bool refute(measure::Session& session, std::string_view why) {
  session.violated(why);
  return false;
}

bool refute(measure::Session& session, Acquired acquired) {
  session.violated(nobody_died(acquired));
  return false;
}

}  // namespace shmlab::check
