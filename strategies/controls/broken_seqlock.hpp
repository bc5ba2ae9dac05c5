#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "strategies/seqlock.hpp"

/// The seqlock, each time with one line wrong. (racy_seqlock lacks its second check.)
namespace shmlab::strategies::broken_seqlock {

constexpr Descriptor described(const char* name, const char* summary, const char* source, const char* caught_by) {
  return {.name = name,
          .summary = summary,
          .source = source,
          .limits = {.writers = 1},
          .waiting = Waiting::spins,
          .contract = {.waiter = OnDeath::unaffected, .writer = OnDeath::blocks, .reader = OnDeath::unaffected},
          .caught_by = caught_by};
}

/// Broken on purpose: a reader that compares the two numbers and does not refuse an odd one. A copy that begins and ends within one
/// publish() finds the same odd number twice, and is a mixture of the old value and the new.
template <class Env>
class BrokenSeqlockOddAccepted : public seqlock::Seqlock<Env> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_seqlock_odd_accepted", "seqlock whose readers accept what they copied in the middle of a write",
                "control: Seqlock without the test for an odd number", "invariant");
  using seqlock::Seqlock<Env>::Seqlock;

  std::uint64_t read(std::span<std::byte> into) {
    Patience<Env> patience;
    for (std::uint64_t retries = 0;; ++retries) {
      // acquire: pairs with the release store at the end of publish(). What is missing is the test whether the number is even.
      const std::uint64_t before = this->sequence_.load(std::memory_order_acquire);
      this->load_words(into);
      // acquire: pairs with the release fence in publish().
      Env::fence(std::memory_order_acquire);
      // relaxed: the fence orders it after the words.
      if (this->sequence_.load(std::memory_order_relaxed) == before) { return retries; }
      patience.poll();
    }
  }
};

/// An Env in which the fences of one order do nothing.
template <class Env, std::memory_order missing>
struct Unfenced : Env {
  static void fence(std::memory_order order) {
    if (order != missing) { Env::fence(order); }
  }
};

/// Broken on purpose: publish() without its release fence. A word of the new value may be visible before the odd number, so a reader
/// takes it for one of the old value, and both its checks pass.
template <class Env>
class BrokenSeqlockUnfencedWriter : public seqlock::Seqlock<Unfenced<Env, std::memory_order_release>> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_seqlock_unfenced_writer", "seqlock whose writer may write the value before it says so",
                "control: Boehm, Can Seqlocks Get Along with Programming Language Memory Models?, MSPC 2012", "explorer");
  using seqlock::Seqlock<Unfenced<Env, std::memory_order_release>>::Seqlock;
};

/// Broken on purpose: read() without its acquire fence. The second look at the number may come before the last words, which a writer
/// has changed since.
template <class Env>
class BrokenSeqlockUnfencedReader : public seqlock::Seqlock<Unfenced<Env, std::memory_order_acquire>> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_seqlock_unfenced_reader", "seqlock whose readers may check the number before they have read the value",
                "control: Boehm, Can Seqlocks Get Along with Programming Language Memory Models?, MSPC 2012", "explorer");
  using seqlock::Seqlock<Unfenced<Env, std::memory_order_acquire>>::Seqlock;
};

/// An Env whose stores are all relaxed.
template <class Env>
struct RelaxedStores : Env {
  template <class T>
  class Atomic : public Env::template Atomic<T> {
   public:
    using Base = typename Env::template Atomic<T>;
    using Base::Base;
    // relaxed: wrong wherever the caller asked for more.
    void store(T desired, std::memory_order /*order*/) { Base::store(desired, std::memory_order_relaxed); }
  };
};

/// Broken on purpose: the store of the even number at the end of publish() is relaxed where it has to be a release. The number may be
/// visible before the last words, so a reader takes words of the value before for this one's.
template <class Env>
class BrokenSeqlockRelaxedEnd : public seqlock::Seqlock<RelaxedStores<Env>> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_seqlock_relaxed_end", "seqlock whose writer may say that it is done before it is",
                "control: [intro.races], a release that is missing", "explorer");
  using seqlock::Seqlock<RelaxedStores<Env>>::Seqlock;
};

using Plugins =
    Variants<BrokenSeqlockOddAccepted, BrokenSeqlockUnfencedWriter, BrokenSeqlockUnfencedReader, BrokenSeqlockRelaxedEnd>;

}  // namespace shmlab::strategies::broken_seqlock
