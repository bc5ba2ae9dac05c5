#pragma once

#include <atomic>
#include <cstdint>
#include <source_location>
#include <string>
#include <vector>

#include "env/tracer.hpp"

namespace shmlab::explore {

/// An atomic operation, a fence or a futex call of the source.
struct Site {
  env::Operation operation = env::Operation::load;
  std::string file;  ///< whole path, or the end of it behind a '/'
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  [[nodiscard]] bool is(env::Operation which, const std::source_location& where) const;
};

/// How an operation is carried out.
struct Orders {
  std::memory_order order = std::memory_order_seq_cst;    ///< of a compare_exchange: on success
  std::memory_order failure = std::memory_order_relaxed;  ///< of a compare_exchange
  bool left_out = false;                                  ///< as Change::left_out says

  bool operator==(const Orders&) const = default;
};

enum class Change : std::uint8_t {
  order,
  failure_order,
  /// - A load answers what its participant saw there last; the first one looks.
  /// - A store does not take place, nor does the write of a read-modify-write, which takes its new value for written.
  /// - A fence orders nothing, a wake wakes nobody.
  /// - A futex_wait does not compare the word, and sleeps.
  left_out
};

/// One operation of the source replaced by a weaker one, or left out.
struct Mutation {
  Site site;
  Change change = Change::left_out;
  std::memory_order from =
      std::memory_order_seq_cst;  ///< of the order that changes: operations here that have another one stay as they are
  std::memory_order to = std::memory_order_relaxed;

  [[nodiscard]] Orders apply(env::Operation operation, Orders orders, const std::source_location& where) const;
};

/// "relaxed in place of acquire", "relaxed in place of acquire on failure", "wakes nobody"
std::string to_string(const Mutation& mutation);
/// What Change::left_out takes away: "the write", "the look", "the wake"
std::string left_out_text(env::Operation operation);

/// The orders that the operation may have and that are weaker than this one, the weakest first ([atomics.order]).
std::vector<std::memory_order> weaker_orders(env::Operation operation, std::memory_order order);

}  // namespace shmlab::explore
