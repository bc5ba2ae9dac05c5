#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

namespace shmlab::scenarios::testing {

/// Thrown out of a fake's operation when its run has been given up.
struct Abandoned : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "the run was given up"; }
};

/// Ends the waits of all fakes of a run, as the supervisor ends the processes of a case, and finds out, as its hang watch does, that
/// nobody will ever go on: everybody who is left waits and has looked in vain since the last change.
class Abandon {
 public:
  void give_up() {
    const std::scoped_lock guard(mutex_);
    given_up_ = true;
  }
  /// For every operation of a fake and every round of its waits.
  void check() const {
    const std::scoped_lock guard(mutex_);
    if (given_up_) { throw Abandoned(); }
  }
  /// Something happened that may end a wait.
  void changed() {
    const std::scoped_lock guard(mutex_);
    ++changes_;
  }
  /// Waits until `done` says so.
  template <class Done>
  void wait_until(Done done) {
    while (true) {
      const std::uint64_t seen = look();
      if (done()) { return changed(); }
      in_vain(seen);
      std::this_thread::yield();
    }
  }

  /// The same for a wait that comes to an end by itself: who waits so is not asleep for good.
  template <class Done>
  void poll_until(Done done) {
    for (check(); !done(); check()) { std::this_thread::yield(); }
    changed();
  }

  /// So many bodies are about to run.
  void begin(std::size_t bodies) {
    const std::scoped_lock guard(mutex_);
    bodies_ += bodies;
  }
  /// One of them has ended.
  void end() {
    const std::scoped_lock guard(mutex_);
    --bodies_;
  }
  /// Whether the run was given up because everybody left waited for ever.
  [[nodiscard]] bool stranded() const {
    const std::scoped_lock guard(mutex_);
    return stranded_;
  }

 private:
  [[nodiscard]] std::uint64_t look() const {
    const std::scoped_lock guard(mutex_);
    if (given_up_) { throw Abandoned(); }
    return changes_;
  }
  void in_vain(std::uint64_t seen) {
    const std::scoped_lock guard(mutex_);
    if (seen != changes_) { return; }
    looked_in_vain_[std::this_thread::get_id()] = seen;
    std::size_t waiting = 0;
    for (const auto& [thread, when] : looked_in_vain_) { waiting += when == changes_ ? 1 : 0; }
    if (waiting == bodies_) { stranded_ = given_up_ = true; }
  }

  mutable std::mutex mutex_;
  bool given_up_ = false;
  bool stranded_ = false;
  std::size_t bodies_ = 0;
  std::uint64_t changes_ = 1;
  std::map<std::thread::id, std::uint64_t> looked_in_vain_;  ///< changes_ at the last vain look of each
};

}  // namespace shmlab::scenarios::testing
