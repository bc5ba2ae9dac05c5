#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::unsynchronised {

/// Broken on purpose: a lock that keeps nobody out, and a value without any protection, copied in two halves with a moment between.
template <class Env>
class Unsynchronised {
 public:
  static constexpr Descriptor descriptor{
      .name = "unsynchronised",
      .summary = "no synchronisation at all: sections overlap and values tear",
      .source = "control: the absence of an algorithm",
      .waiting = Waiting::never,
      .contract = {.holder = OnDeath::unaffected, .writer = OnDeath::unaffected, .reader = OnDeath::unaffected},
      .caught_by = "invariant"};

  static Footprint footprint(const Config& config) { return {config.payload_bytes, cache_line_bytes}; }
  /// The value is the zero bytes that are there.
  static void create(void* /*memory*/, const Config& /*config*/) {}

  Unsynchronised(void* memory, const Config& config, Participant /*self*/)
      : value_(static_cast<std::byte*>(memory)),
        first_half_(config.payload_bytes / 2),
        second_half_(config.payload_bytes - first_half_) {}

  Acquired lock() { return Acquired::clean; }
  void unlock() {}

  void publish(std::span<const std::byte> value) {
    Env::copy_in(value_, value.data(), first_half_);
    Env::pause();
    Env::copy_in(value_ + first_half_, value.data() + first_half_, second_half_);
  }
  std::uint64_t read(std::span<std::byte> into) {
    Env::copy_out(into.data(), value_, first_half_);
    Env::pause();
    Env::copy_out(into.data() + first_half_, value_ + first_half_, second_half_);
    return 0;
  }

 private:
  std::byte* value_;
  std::size_t first_half_;
  std::size_t second_half_;
};

using Plugins = Variants<Unsynchronised>;

}  // namespace shmlab::strategies::unsynchronised
