#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "contract/atomic_words.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::double_buffer {

/// Two copies of the value, of which the writer fills the one that is not current. Version n lies in copy n modulo 2, and one number says which
/// version is current: so a reader never goes back, as it could if each copy had a number of its own. A reader throws its copy away only if
/// the writer has begun the version after the next meanwhile: one write at any moment of a read does no harm. Readers never write.
///
/// Why a copy that is kept is whole: the words of version n + 2 lie where those of n do, and come after a fence behind the number that
/// announces them. Were one of them read, the fence would synchronise with that in read(), and the second check would see the number.
///
/// A writer that dies leaves the current version as it was; the next writer begins the same one again.
template <class Env>
class DoubleBuffer {
 public:
  static constexpr Descriptor descriptor{
      .name = "double_buffer",
      .summary = "two copies and one version number; a reader retries only when two writes overlap its read",
      .source = "latch sequence counter: Linux, Documentation/locking/seqlock.rst (seqcount_latch_t); Boehm, MSPC 2012",
      .limits = {.writers = 1},
      .waiting = Waiting::spins,
      .contract = {.waiter = OnDeath::unaffected, .writer = OnDeath::unaffected, .reader = OnDeath::unaffected}};

  static Footprint footprint(const Config& config) { return {sizeof(Shared) + 2 * stride(config), line_pair_bytes}; }
  static void create(void* memory, const Config& config) {
    auto* shared = new (memory) Shared{.current = Word{config.first_sequence}, .begun = Word{config.first_sequence}};
    for (std::size_t i = 0; i < 2; ++i) {
      AtomicWords<Env>::create(reinterpret_cast<std::byte*>(shared + 1) + i * stride(config), config.payload_bytes);
    }
  }
  DoubleBuffer(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))), copies_{words(memory, config, 0), words(memory, config, 1)} {}

  void publish(std::span<const std::byte> value) {
    // relaxed: there is one writer at a time; a former writer's number is visible through whatever handed the role over.
    // audit, another look: for the writer that takes over from another, which no scenario of the explorer does
    const std::uint64_t version = shared_.current.load(std::memory_order_relaxed) + 1;
    // relaxed: the fence orders it before the words.
    shared_.begun.store(version, std::memory_order_relaxed);
    // release: pairs with the acquire fence in read(): who reads a word of this version sees that it was begun.
    Env::fence(std::memory_order_release);
    copies_[version % 2].store(value);
    // release: pairs with the acquire in read(): who sees the version sees all its words.
    shared_.current.store(version, std::memory_order_release);
  }

  std::uint64_t read(std::span<std::byte> into) {
    Patience<Env> patience;
    for (std::uint64_t retries = 0;; ++retries) {
      // acquire: pairs with the release in publish().
      const std::uint64_t version = shared_.current.load(std::memory_order_acquire);
      copies_[version % 2].load(into);
      // acquire: pairs with the release fence in publish().
      Env::fence(std::memory_order_acquire);
      // relaxed: the fence orders it after the words. (Versions come round: the difference counts.)
      if (shared_.begun.load(std::memory_order_relaxed) - version < 2) { return retries; }
      patience.poll();
    }
  }

 private:
  using Word = typename Env::template Atomic<std::uint64_t>;
  struct Shared {
    Word current;  ///< the latest whole version
    Word begun;    ///< the same, or the one after, which is being written
  };

  static std::size_t stride(const Config& config) {
    return align_up(AtomicWords<Env>::bytes_for(config.payload_bytes), alignof(std::uint64_t));
  }
  static AtomicWords<Env> words(void* memory, const Config& config, std::size_t copy) {
    return {static_cast<std::byte*>(memory) + sizeof(Shared) + copy * stride(config), config.payload_bytes};
  }

  Shared& shared_;
  std::array<AtomicWords<Env>, 2> copies_;
};

using Plugins = Variants<DoubleBuffer>;

}  // namespace shmlab::strategies::double_buffer
