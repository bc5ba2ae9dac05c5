#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string>

#include "contract/adapters/adapter_name.hpp"
#include "contract/adapters/under_lock.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/face.hpp"
#include "contract/strategy.hpp"

namespace shmlab {

/// Snapshot from a lock: publish() and read() copy under it. There are two copies of the value, and publish() fills the one that is
/// not current before it turns them round: whoever dies, one whole value is always there, and owner_died needs no repair.
/// Any participant may publish. In memory: the lock, then Shared, then the two copies.
template <class Env, Exclusive L>
class LockedSnapshot {
 public:
  static constexpr Descriptor descriptor{
      .name = AdapterName<"locked_snapshot", L>::value,
      .summary = "the latest value in two copies, written and read under the lock",
      .source = "mutual exclusion; shadow copy: Lorie, Physical Integrity in a Large Segmented Database, ACM TODS 2(1), 1977",
      .limits = {.participants = L::descriptor.limits.participants},
      .waiting = L::descriptor.waiting,
      .contract = {.waiter = death_under_lock(L::descriptor.contract),
                   .writer = death_under_lock(L::descriptor.contract),
                   .reader = death_under_lock(L::descriptor.contract)},
      .caught_by = L::descriptor.caught_by};
  static constexpr bool is_opaque = Opaque<L>;
  static constexpr bool is_modelled = Modelled<L>;
  static constexpr bool carries_descriptors = CarriesDescriptors<L>;

  static Footprint footprint(const Config& config) {
    const Layout layout(config);
    return {layout.copies + 2 * layout.stride, line_pair_bytes};
  }
  static void create(void* memory, const Config& config) {
    L::create(memory, lock_config(config));
    new (static_cast<std::byte*>(memory) + Layout(config).shared) Shared{};
  }
  static void retire(void* memory)
    requires Retirable<L>
  {
    L::retire(memory);
  }
  static void dispose(void* memory)
    requires Disposable<L>
  {
    L::dispose(memory);
  }
  static std::string unavailable()
    requires Conditional<L>
  {
    return L::unavailable();
  }

  LockedSnapshot(void* memory, const Config& config, Participant self)
      : LockedSnapshot(static_cast<std::byte*>(memory), Layout(config), config, self) {}

  void publish(std::span<const std::byte> value) {
    lock_or_throw(lock_);
    // relaxed: written under the lock alone.
    const std::uint32_t spare = 1 - shared_.current.load(std::memory_order_relaxed);
    Env::copy_in(copy(spare), value.data(), payload_);
    // release: the copy comes before the turn even for a death between them, when no unlock() follows; pairs with read().
    shared_.current.store(spare, std::memory_order_release);
    lock_.unlock();
  }

  std::uint64_t read(std::span<std::byte> into) {
    lock_or_throw(lock_);
    // acquire: pairs with the turn in publish(), for a publisher that died before its unlock().
    Env::copy_out(into.data(), copy(shared_.current.load(std::memory_order_acquire)), payload_);
    lock_.unlock();
    return 0;
  }

 private:
  struct Shared {
    typename Env::template Atomic<std::uint32_t> current{0};  ///< which copy is the value: 0 or 1
  };

  /// Offsets from the start of the memory; the lock lies at 0.
  struct Layout {
    explicit Layout(const Config& config)
        : shared(align_up(L::footprint(lock_config(config)).bytes, line_pair_bytes)),
          copies(shared + align_up(sizeof(Shared), alignof(std::uint64_t))),
          stride(align_up(config.payload_bytes, alignof(std::uint64_t))) {}
    std::size_t shared;
    std::size_t copies;
    std::size_t stride;
  };

  LockedSnapshot(std::byte* memory, const Layout& layout, const Config& config, Participant self)
      : lock_(memory, lock_config(config), self),
        shared_(*std::launder(reinterpret_cast<Shared*>(memory + layout.shared))),
        copies_(memory + layout.copies),
        stride_(layout.stride),
        payload_(config.payload_bytes) {}

  [[nodiscard]] std::byte* copy(std::uint32_t index) const { return copies_ + index * stride_; }

  L lock_;
  Shared& shared_;
  std::byte* copies_;
  std::size_t stride_;
  std::size_t payload_;
};

}  // namespace shmlab
