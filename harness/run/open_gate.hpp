#pragma once

#include "measure/session.hpp"

namespace shmlab::run {

/// For participants whose start is decided elsewhere: by the turn that they get, or by a search.
class OpenGate final : public measure::Gate {
 public:
  bool enter() override { return true; }
  void leave() override {}
};

}  // namespace shmlab::run
