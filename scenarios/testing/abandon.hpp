#pragma once

#include <atomic>
#include <exception>
#include <thread>

namespace shmlab::scenarios::testing {

/// Thrown out of a fake's operation when its run has been given up.
struct Abandoned : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "the run was given up"; }
};

/// Ends the waits of all fakes of a run, as the supervisor ends the processes of a case.
class Abandon {
 public:
  void give_up() { given_up_.store(true, std::memory_order_relaxed); }  // relaxed: carries no data
  /// For every operation of a fake and every round of its waits.
  void check() const {
    if (given_up_.load(std::memory_order_relaxed)) { throw Abandoned(); }  // relaxed: carries no data
  }
  /// Waits until `done` says so.
  template <class Done>
  void wait_until(Done done) const {
    for (check(); !done(); check()) { std::this_thread::yield(); }
  }

 private:
  std::atomic<bool> given_up_{false};
};

}  // namespace shmlab::scenarios::testing
