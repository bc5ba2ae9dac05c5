#pragma once

#include <csignal>
#include <cstdint>

#include "env/tracer.hpp"

namespace shmlab::env::testing {

/// Kills the process before its access number `fatal`, counted from 0.
class Killer final : public Tracer {
 public:
  explicit Killer(std::uint32_t fatal) : left_(fatal) {}
  void before(const Access& /*access*/) override {
    if (left_-- == 0) { raise(SIGKILL); }
  }

 private:
  std::uint32_t left_;
};

}  // namespace shmlab::env::testing
