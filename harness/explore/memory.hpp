#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <stdexcept>
#include <vector>

#include "env/model.hpp"
#include "explore/bounds.hpp"
#include "explore/location.hpp"
#include "explore/sc_order.hpp"
#include "explore/view.hpp"

namespace shmlab::explore {

/// Decides what is left open.
class Choices {
 public:
  Choices() = default;
  virtual ~Choices() = default;
  Choices(const Choices&) = delete;
  Choices& operator=(const Choices&) = delete;

  /// Which of `n` >= 2 outcomes comes true; 0 is the usual one.
  virtual std::uint32_t choose(std::uint32_t n) = 0;
};

/// The program has more atomic locations than the explorer holds.
struct TooManyLocations : std::length_error {
  using std::length_error::length_error;
};

/// What a step did to a location.
struct Effect {
  std::uint64_t value = 0;         ///< read or, by a store, written
  const Message* read = nullptr;   ///< the message that was read
  const Message* newer = nullptr;  ///< the newest one, when the step read another or put its own before others
  Message* written = nullptr;      ///< the message that was made
};

/// Atomics as C++20 has them, operationally: every store leaves a message; a load may take any message that what happens before it allows,
/// a store may go anywhere behind what happens before it. The messages, what was read from where and S are those of RC11 (Lahav et al.,
/// Repairing Sequential Consistency in C/C++11, PLDI 2017), and S is as strict as [atomics.order] where that is stricter. Steps
/// are taken in an order of sb and rf, so that nothing is read before it is written: load buffering is not shown.
class Memory {
 public:
  /// Both outlive it.
  Memory(const Bounds& bounds, Choices& choices);

  /// A new execution.
  void begin(std::uint32_t participants);
  /// One more location for this and the executions to come. Throws TooManyLocations when there are max_locations already.
  std::uint32_t add(std::uint64_t first_value);
  [[nodiscard]] std::uint32_t locations() const { return static_cast<std::uint32_t>(locations_.size()); }

  Effect load(std::uint32_t self, std::uint32_t index, std::memory_order order);
  Effect store(std::uint32_t self, std::uint32_t index, std::uint64_t value, std::memory_order order,
               const std::source_location& where);
  struct Change {
    env::Update update = env::Update::exchange;
    std::uint64_t operand = 0;
    std::uint32_t bytes = 0;
  };
  Effect update(std::uint32_t self, std::uint32_t index, Change change, std::memory_order order,
                const std::source_location& where);
  struct Exchange {
    std::uint64_t expected = 0;
    std::uint64_t desired = 0;
    std::memory_order success{};
    std::memory_order failure{};
    bool may_fail = false;  ///< although it reads what it expects
  };
  Effect compare_exchange(std::uint32_t self, std::uint32_t index, const Exchange& exchange, const std::source_location& where);
  void fence(std::uint32_t self, std::memory_order order);
  /// Orders in S as a seq_cst fence does, but nothing happens before because of it.
  void barrier(std::uint32_t self);
  /// A barrier of `self`, which sleeps, behind one of the `waker`: what that one stored before is seen after the wake.
  void barrier_behind(std::uint32_t self, std::uint32_t waker);

  /// `self` sees the newest message from now on.
  void refresh(std::uint32_t self, std::uint32_t index);
  /// A wake and a later wait of one word are atomic to each other (futex(2)): who is about to sleep sees what the waker had seen there.
  void wake_at(std::uint32_t waker, std::uint32_t index);
  void wait_at(std::uint32_t sleeper, std::uint32_t index);

  /// Whether there is a message newer than what `self` has seen, with another value.
  [[nodiscard]] bool has_newer(std::uint32_t self, std::uint32_t index, std::uint64_t value) const;
  /// The newest value that `self` has seen.
  [[nodiscard]] std::uint64_t last_seen(std::uint32_t self, std::uint32_t index) const;
  [[nodiscard]] const Message& newest(std::uint32_t index) const { return locations_[index].newest(); }
  [[nodiscard]] const View& view(std::uint32_t self) const { return parties_[self].current; }
  [[nodiscard]] const Location& location(std::uint32_t index) const { return locations_[index]; }
  [[nodiscard]] BoundSet met() const { return met_; }

 private:
  /// Views of a participant.
  struct Party {
    View current;     ///< what happens before its next step
    View acquirable;  ///< what it read without acquiring: an acquire fence joins it ([atomics.fences]/3)
    View released;    ///< what its last release fence found: a store after it releases that ([atomics.fences]/2)
  };
  struct Candidate {
    std::size_t position = 0;
    bool writes = false;
  };

  [[nodiscard]] static bool is_constrained(const Party& party, std::memory_order order) {
    return order == std::memory_order_seq_cst || party.current.fences != 0;
  }
  [[nodiscard]] bool is_allowed(const Party& party, std::memory_order order, ScNodes later) const;
  template <class Visit>
  void visible(std::uint32_t self, std::uint32_t index, Visit visit);
  bool may_insert(const Location& location, std::size_t position);
  const Candidate& choose();

  ScNodes enter(Party& party, std::memory_order order, ScNodes before, ScNodes after);
  Effect read(std::uint32_t self, std::uint32_t index, std::size_t position, std::memory_order order);
  Effect replace(std::uint32_t self, std::uint32_t index, std::size_t position, std::uint64_t value, std::memory_order order,
                 const std::source_location& where);
  Effect write(std::uint32_t self, std::uint32_t index, std::size_t position, std::uint64_t value, std::memory_order order,
               const Message* source, ScNodes node, const std::source_location& where);
  void add_fence(Party& party, ScNodes before);
  void prepare(std::memory_order order);
  void respace(std::uint32_t index);
  template <class Visit>
  void each_view(Visit visit);

  const Bounds& bounds_;
  Choices& choices_;
  std::size_t width_ = View::width(0);
  std::uint32_t participants_ = 0;
  std::array<Party, max_participants> parties_;
  View kernel_;  ///< what wakers had seen at their words
  std::vector<Location> locations_;
  std::vector<std::uint64_t> first_values_;
  ScOrder order_;
  std::uint32_t insertions_ = 0;
  std::vector<Candidate> candidates_;
  BoundSet met_;
};

}  // namespace shmlab::explore
