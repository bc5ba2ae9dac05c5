#include "check/version_order.hpp"

#include "check/expect.hpp"
#include "check/why.hpp"

namespace shmlab::check {

bool VersionOrder::next(const Inspection& value, std::size_t bytes, measure::Session& session) {
  if (!value.whole()) { return refute(session, not_whole("the value read", value, bytes)); }
  if (value.version < latest_) { return refute(session, went_back("the version read", latest_, value.version)); }
  latest_ = value.version;
  return true;
}

}  // namespace shmlab::check
