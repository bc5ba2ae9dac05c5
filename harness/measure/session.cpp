#include "measure/session.hpp"

#include <algorithm>

namespace shmlab::measure {

bool Session::begin() {
  if (!gate_.enter()) { return false; }
  // relaxed: the phase is read for itself while the body runs
  record_.phase.store(static_cast<std::uint32_t>(Phase::running), std::memory_order_relaxed);
  record_.started = Clock::now();
  if (plan_.slice_ticks != 0) { mark(record_.started); }
  return true;
}

void Session::mark(std::uint64_t now) {
  if (now < next_mark_ || record_.marked == record_.marks.size()) { return; }
  record_.marks[record_.marked++] = {now, operations_};
  next_mark_ = now + plan_.slice_ticks;
}

void Session::end() {
  record_.ended = Clock::now();
  publish_progress();
  gate_.leave();
  // release: pairs with the supervisor's acquire load of the phase; the record is final
  record_.phase.store(static_cast<std::uint32_t>(Phase::finished), std::memory_order_release);
}

void Session::called(Action action, std::uint64_t value) {
  if (logged_ >= log_.size()) {
    // relaxed: read once the writer has ended
    record_.lost_events.store(1, std::memory_order_relaxed);
    return;
  }
  Event& event = log_[logged_];
  event.value = value;
  event.participant = participant_;
  event.action = action;
  event.succeeded = true;
  event.end = Event::never;
  event.start = stamps_ != nullptr ? stamps_->next() : Clock::before_operation();
  // release: pairs with the acquire of who reads the log of a participant that may have died; the event up to its end is whole
  record_.events.store(logged_ + 1, std::memory_order_release);
}

void Session::finish_event(std::optional<std::uint64_t> value, bool succeeded) {
  const std::uint64_t end = stamps_ != nullptr ? stamps_->next() : Clock::after_operation();
  if (logged_ >= log_.size()) { return; }
  Event& event = log_[logged_++];
  if (value) { event.value = *value; }
  event.succeeded = succeeded;
  event.end = end;
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
