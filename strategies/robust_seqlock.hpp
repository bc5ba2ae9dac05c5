#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "contract/atomic_words.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "env/model.hpp"

namespace shmlab::strategies::robust_seqlock {

/// The seqlock, whose writer holds a word on its robust list and leaves a journal: whoever meets a write that a dead writer left half-way
/// completes it.
///
/// publish() writes the whole value into the journal, then makes the number odd, writes the value, and makes the number even. So while
/// the number is odd the journal is whole, and a death leaves
/// - an even number: the value is the old one or the new one, whole, and the journal does not matter;
/// - an odd number: the journal is the value that was to be published. Completing it writes it again and rounds the number up to even. Adding
///   one as if at a beginning would make it even *during* the next write, and readers would take a mixture for whole.
/// Only who holds the writer's word touches the journal and begins or ends a write. When its holder dies the kernel marks the word, so the
/// next one knows. That is the next writer, which completes before it begins a write of its own; or a reader, which looks at the word whenever
/// an attempt has failed, so that readers go on where no writer ever comes again. Who dies while completing leaves the same to the next one.
///
/// A read costs what it costs in a seqlock; publish() pays for the word and for the second copy. Why a copy that is kept is whole: Seqlock says.
template <class Env>
class RobustSeqlock {
 public:
  static constexpr Descriptor descriptor{
      .name = "robust_seqlock",
      .summary = "seqlock with a journal: what a dead writer left half-way, the next writer or reader completes",
      .source =
          "Boehm, Can Seqlocks Get Along with Programming Language Memory Models?, MSPC 2012; redo log: Gray, Notes on Data Base "
          "Operating Systems, 1978; Linux, Documentation/locking/robust-futex-ABI.rst",
      .waiting = Waiting::spins,
      .contract = {.waiter = OnDeath::unaffected, .writer = OnDeath::unaffected, .reader = OnDeath::unaffected}};

  static Footprint footprint(const Config& config) { return {Layout(config).journal + config.payload_bytes, line_pair_bytes}; }
  static void create(void* memory, const Config& config) {
    const Layout layout(config);
    auto* bytes = static_cast<std::byte*>(memory);
    new (memory) Shared{.sequence = Word{config.first_sequence & ~being_written}};
    AtomicWords<Env>::create(bytes + sizeof(Shared), config.payload_bytes);
    new (bytes + layout.writer) typename Env::RobustWord{};
  }
  static std::string unavailable() { return Env::no_robust_list(); }

  RobustSeqlock(void* memory, const Config& config, Participant /*self*/)
      : RobustSeqlock(static_cast<std::byte*>(memory), Layout(config), config) {}

  void publish(std::span<const std::byte> value) {
    become_writer();
    Env::copy_in(journal_, value.data(), whole_.size());
    write(value);
    step_down();
  }

  std::uint64_t read(std::span<std::byte> into) {
    Patience<Env> patience;
    for (std::uint64_t retries = 0;; ++retries) {
      // acquire: pairs with the release store at the end of write().
      const std::uint64_t before = sequence_.load(std::memory_order_acquire);
      if (is_whole(before)) {
        words_.load(into);
        // acquire: pairs with the release fence in write().
        Env::fence(std::memory_order_acquire);
        // relaxed: the fence orders it after the words.
        if (sequence_.load(std::memory_order_relaxed) == before) { return retries; }
      }
      // relaxed: only says what to try.
      if ((writer_.word.load(std::memory_order_relaxed) & env::futex_owner_died) != 0) {
        become_writer();
        step_down();
      }
      patience.poll();
    }
  }

 protected:
  /// Waits until nobody alive writes, and completes what a dead writer left.
  void become_writer() {
    if (take_word() && !is_whole(number())) {
      Env::copy_out(whole_.data(), journal_, whole_.size());
      write(whole_);
    }
  }
  void step_down() {
    Env::robust_pending(&writer_);
    Env::robust_remove(writer_);
    // release: pairs with the acquire in take_word().
    // audit, release: for the next writer; two that follow each other are in no scenario that the audit exhausts
    writer_.word.store(nobody, std::memory_order_release);
    Env::robust_pending(nullptr);
  }

  /// Takes the writer's word; whether its last holder died.
  bool take_word() {
    Env::robust_pending(&writer_);
    // relaxed: only says what to try.
    // audit, another look: an old answer makes the compare_exchange fail, which looks
    std::uint32_t seen = writer_.word.load(std::memory_order_relaxed);
    for (Patience<Env> patience;; patience.poll()) {
      // acquire: pairs with the release in step_down(), and with the kernel's store for the dead. relaxed on failure: as above.
      if (is_free(seen) &&
          writer_.word.compare_exchange_strong(seen, me_, std::memory_order_acquire, std::memory_order_relaxed)) {
        break;
      }
      // relaxed: as above
      // audit, no run: it takes two who meet a dead writer at once, which is beyond the executions that are tried
      seen = writer_.word.load(std::memory_order_relaxed);
    }
    Env::robust_add(writer_);
    Env::robust_pending(nullptr);
    return (seen & env::futex_owner_died) != 0;
  }

  /// By who holds the writer's word.
  void write(std::span<const std::byte> value) {
    const std::uint64_t writing = number() | being_written;
    // relaxed: the fence orders it before the words; the acquire in take_word() after the journal of those who came before.
    sequence_.store(writing, std::memory_order_relaxed);
    // release: pairs with the acquire fence in read(): who reads a word of this value sees the odd number.
    Env::fence(std::memory_order_release);
    words_.store(value);
    // release: pairs with the acquire in read(): who sees the even number sees all words of this value.
    sequence_.store(writing + 1, std::memory_order_release);
  }

  /// relaxed: who holds the writer's word sees the number of the holder before through it.
  // audit, another look: for the next writer, as in step_down()
  [[nodiscard]] std::uint64_t number() const { return sequence_.load(std::memory_order_relaxed); }
  static bool is_whole(std::uint64_t sequence) { return (sequence & being_written) == 0; }

  using Word = typename Env::template Atomic<std::uint64_t>;
  Word& sequence_;
  AtomicWords<Env> words_;

 private:
  static constexpr std::uint64_t being_written = 1;  ///< the lowest bit of the sequence number
  static constexpr std::uint32_t nobody = 0;

  static bool is_free(std::uint32_t word) { return (word & env::futex_tid_mask) == nobody; }

  /// The words follow at once.
  struct Shared {
    Word sequence{0};
  };
  /// Offsets from the start of the memory; number and value lie at 0. The writer has lines of its own, at which readers look only when an
  /// attempt has failed.
  struct Layout {
    explicit Layout(const Config& config)
        : writer(align_up(sizeof(Shared) + AtomicWords<Env>::bytes_for(config.payload_bytes), line_pair_bytes)),
          journal(align_up(writer + sizeof(typename Env::RobustWord), alignof(std::uint64_t))) {}
    std::size_t writer;
    std::size_t journal;
  };

  RobustSeqlock(std::byte* memory, const Layout& layout, const Config& config)
      : sequence_(std::launder(reinterpret_cast<Shared*>(memory))->sequence),
        words_(memory + sizeof(Shared), config.payload_bytes),
        writer_(*std::launder(reinterpret_cast<typename Env::RobustWord*>(memory + layout.writer))),
        journal_(memory + layout.journal),
        whole_(config.payload_bytes),
        me_(Env::thread_id()) {}

  typename Env::RobustWord& writer_;
  std::byte* journal_;            ///< as large as the value
  std::vector<std::byte> whole_;  ///< room for a journal that is completed
  std::uint32_t me_;              ///< thread id: an endpoint belongs to one thread
};

using Plugins = Variants<RobustSeqlock>;

}  // namespace shmlab::strategies::robust_seqlock
