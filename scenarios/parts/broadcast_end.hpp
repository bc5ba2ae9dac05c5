#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "check/expect.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::survivors {

/// One who tells or listens, as one end of a channel; beside the victim's peer there is a listener, who hears the same.
template <class S>
struct BroadcastEnd {
  S own;
  std::optional<S> beside;
  std::vector<std::byte> heard_beside;
  measure::Session& session;

  bool try_send(std::span<const std::byte> message) { return own.try_tell(message) && hear_beside(message); }
  void send(std::span<const std::byte> message) {
    own.tell(message);
    hear_beside(message);
  }
  bool try_receive(std::span<std::byte> into) { return own.try_hear(into) && hear_beside(into); }
  void receive(std::span<std::byte> into) {
    own.hear(into);
    hear_beside(into);
  }

 private:
  bool hear_beside(std::span<const std::byte> message) {
    if (!beside) { return true; }
    beside->hear(heard_beside);
    if (!std::ranges::equal(heard_beside, message)) { check::refute(session, "two listeners hear different messages"); }
    return true;
  }
};

}  // namespace shmlab::scenarios::survivors
