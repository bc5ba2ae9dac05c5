#pragma once

#include <new>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::pipe_token {

/// A pipe whose bytes are permits: post() writes one, wait() reads one. Every call is a system call, whether anybody sleeps or not, and post() sleeps
/// while the pipe is full. It is not timed, as eventfd_signal.
template <class Env>
class PipeToken {
 public:
  static constexpr Descriptor descriptor{
      .name = "pipe_token",
      .summary = "a pipe(2) whose bytes are permits",
      .source = "pipe(7); Stevens, Rago, Advanced Programming in the UNIX Environment, 2013, section 15.2 (TELL_WAIT with pipes)",
      .waiting = Waiting::parks,
      // A permit that was given stays, whoever dies; but a wake that reached a waiter who dies before taking one may be gone.
      .contract = {.waiter = OnDeath::blocks, .poster = OnDeath::unaffected}};
  static constexpr bool carries_descriptors = true;
  static constexpr bool is_modelled = true;

  using Shared = typename Env::PipePermits::Shared;

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) {
    Env::PipePermits::create(*new (memory) Shared{}, config.initial_permits);
  }
  /// Closes the creator's descriptor of each end; the participants have their own.
  static void dispose(void* memory) { Env::PipePermits::dispose(*std::launder(static_cast<Shared*>(memory))); }

  PipeToken(void* memory, const Config& /*config*/, Participant /*self*/)
      : permits_(*std::launder(static_cast<Shared*>(memory))) {}

  void post() { permits_.post(); }
  void wait() { permits_.wait(); }

 private:
  typename Env::PipePermits permits_;
};

using Plugins = Variants<PipeToken>;

}  // namespace shmlab::strategies::pipe_token
