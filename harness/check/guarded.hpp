#pragma once

#include <cstdint>

#include "check/expect.hpp"
#include "check/look_again.hpp"
#include "measure/session.hpp"

namespace shmlab::check {

/// Data that only one participant at a time may touch, and what shows that two did: who is inside writes its name, and adds one to two
/// words with pauses between them. A sum alone is right in most short runs without a lock.
template <class Env>
class Guarded {
 public:
  /// One visit by participant `index`, under the lock. false: somebody else was inside too, and the session says so.
  bool pass(std::uint32_t index, std::uint64_t pauses, measure::Session& session) {
    const std::uint32_t me = index + 1;
    look_again();
    if (!expect(session, "owner on entry", owner_.get(), nobody)) { return false; }
    owner_.set(me);
    const std::uint64_t before = first_.get();
    first_.set(before + 1);
    look_again();
    for (std::uint64_t i = 0; i < pauses; ++i) { Env::pause(); }
    look_again();
    if (!expect(session, "owner inside the section", owner_.get(), me)) { return false; }
    second_.set(second_.get() + 1);
    look_again();
    if (!expect(session, "first word inside the section", first_.get(), before + 1)) { return false; }
    if (!expect(session, "second word inside the section", second_.get(), before + 1)) { return false; }
    owner_.set(nobody);
    look_again();
    return true;
  }

  /// One look by somebody who shares the lock with others that look. false: somebody was visiting, and the session says so.
  bool look(measure::Session& session) const {
    look_again();
    if (!expect(session, "owner beside a reader", owner_.get(), nobody)) { return false; }
    if (!expect(session, "second word beside a reader", second_.get(), first_.get())) { return false; }
    look_again();
    return true;
  }

  /// Under the lock, after somebody died inside: as if that visit had been completed.
  void repair() {
    look_again();
    owner_.set(nobody);
    second_.set(first_.get());
    look_again();
  }

  /// Visits so far; under the lock, or at the end.
  [[nodiscard]] std::uint64_t visits() const { return first_.get(); }
  /// Whether everybody has left, and every visit has counted in both words.
  [[nodiscard]] bool is_tidy() const { return owner_.get() == nobody && first_.get() == second_.get(); }

 private:
  static constexpr std::uint32_t nobody = 0;

  typename Env::template Plain<std::uint32_t> owner_;  ///< index + 1 of who is inside
  typename Env::template Plain<std::uint64_t> first_;
  typename Env::template Plain<std::uint64_t> second_;
};

}  // namespace shmlab::check
