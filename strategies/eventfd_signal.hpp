#pragma once

#include <new>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::eventfd_signal {

/// The counter of an eventfd as a semaphore. Every call is a system call, whether anybody sleeps or not. It is not timed: to wait for the descriptor
/// with a time-out and then to read it are two calls, between which another may have had the permit.
template <class Env>
class EventfdSignal {
 public:
  static constexpr Descriptor descriptor{
      .name = "eventfd_signal",
      .summary = "eventfd(2) whose counter is a number of permits",
      .source = "eventfd(2), EFD_SEMAPHORE",
      .waiting = Waiting::parks,
      // A permit that was given stays, whoever dies; but a wake that reached a waiter who dies before taking one may be gone.
      .contract = {.waiter = OnDeath::blocks, .poster = OnDeath::unaffected}};
  static constexpr bool carries_descriptors = true;
  static constexpr bool is_modelled = true;

  using Shared = typename Env::Eventfd::Shared;

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) { Env::Eventfd::create(*new (memory) Shared{}, config.initial_permits); }
  /// Closes the creator's descriptor; the participants have their own.
  static void dispose(void* memory) { Env::Eventfd::dispose(*std::launder(static_cast<Shared*>(memory))); }

  EventfdSignal(void* memory, const Config& /*config*/, Participant /*self*/)
      : permits_(*std::launder(static_cast<Shared*>(memory))) {}

  void post() { permits_.post(); }
  void wait() { permits_.wait(); }

 private:
  typename Env::Eventfd permits_;
};

using Plugins = Variants<EventfdSignal>;

}  // namespace shmlab::strategies::eventfd_signal
