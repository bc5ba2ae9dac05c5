#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "explore/search.hpp"
#include "explore/testing/explored_outcomes.hpp"

namespace shmlab::explore::testing {

/// A random program of two or three participants that store, add, try to exchange (weakly), wait by polling and sleep on futexes; the
/// same for the same seed. Outcomes are what each read, and the last values.
class SleepyProgram {
 public:
  explicit SleepyProgram(std::uint64_t seed);

  [[nodiscard]] Explored explored(Search& search) const;
  [[nodiscard]] std::string text() const;

 private:
  enum class Action : std::uint8_t {
    load,
    store,
    add,
    exchange_weakly,
    futex_wait,
    futex_wait_until,
    wake_one,
    wake_all,
    poll_until
  };
  struct Deed {
    Action action = Action::load;
    std::uint32_t location = 0;
    std::uint32_t value = 0;
    std::memory_order order{};
  };

  static std::uint32_t perform(const Deed& deed, void* memory);

  std::vector<std::vector<Deed>> participants_;
};

}  // namespace shmlab::explore::testing
