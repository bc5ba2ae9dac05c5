#include "measure/session.hpp"

#include <algorithm>

namespace shmlab::measure {

bool Session::begin() {
  if (!gate_.enter()) { return false; }
  // relaxed: the phase is read for itself while the body runs
  record_.phase.store(static_cast<std::uint32_t>(Phase::running), std::memory_order_relaxed);
  record_.started = Clock::now();
  return true;
}

void Session::end() {
  record_.ended = Clock::now();
  publish_progress();
  gate_.leave();
  // release: pairs with the supervisor's acquire load of the phase; the record is final
  record_.phase.store(static_cast<std::uint32_t>(Phase::finished), std::memory_order_release);
}

void Session::violated(std::string_view why) {
  if (has_violation_) { return; }
  has_violation_ = true;
  const std::size_t length = std::min(why.size(), record_.violation.size() - 1);
  std::copy_n(why.begin(), length, record_.violation.begin());
  record_.violation[length] = '\0';
  // release: pairs with the supervisor's acquire load of `violated`; the text is whole
  record_.violated.store(1, std::memory_order_release);
}

}  // namespace shmlab::measure
