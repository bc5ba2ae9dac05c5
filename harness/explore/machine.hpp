#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/verdict.hpp"
#include "env/model.hpp"
#include "explore/address_map.hpp"
#include "explore/bounds.hpp"
#include "explore/fairness.hpp"
#include "explore/fiber.hpp"
#include "explore/last_looks.hpp"
#include "explore/memory.hpp"
#include "explore/mutation.hpp"
#include "explore/poll_watch.hpp"
#include "explore/program.hpp"
#include "explore/races.hpp"
#include "explore/robust_list.hpp"
#include "explore/search.hpp"
#include "explore/snapshot.hpp"
#include "explore/step.hpp"
#include "explore/trace.hpp"

namespace shmlab::explore {

/// How an execution ended.
enum class ExecutionEnd : std::uint8_t {
  judged,     ///< all bodies returned
  found,      ///< by a finding, with bodies in the middle
  bereft,     ///< after a death nobody could go on, and the program allows that
  cut_short,  ///< by a bound
  redundant   ///< the search had seen what it would go on to show
};

/// Runs executions of a program, one step of one participant at a time. Each participant is a process of its own with a fiber; a search
/// says who goes on before each atomic operation, poll and futex call, and what happens where several things can.
class Machine final : private env::Model, private Choices {
 public:
  /// Creates the program's objects. All outlive the machine. Throws BadInput for a program without participants, or with too many.
  Machine(const Program& program, const Settings& settings, Search& search);
  ~Machine() override;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// Another execution. The lines of `trace`, if it is given, tell what happened.
  ExecutionEnd run(Trace* trace = nullptr);

  /// Of the last execution; ok where it was cut short or redundant.
  [[nodiscard]] const Verdict& verdict() const { return verdict_; }
  [[nodiscard]] std::uint32_t steps() const { return steps_; }
  /// What the search decided in the last execution wherever it had a choice: an execution that is given the same repeats.
  [[nodiscard]] const std::vector<std::uint16_t>& choices() const { return choices_; }
  [[nodiscard]] std::uint32_t preemptions() const { return preemptions_; }
  /// The bounds that any execution has met.
  [[nodiscard]] BoundSet met() const;

 private:
  /// Unwinds the stack of a participant whose execution is over. Not a std::exception: no body takes it for an error of its own.
  struct Abandoned {};

  enum class State : std::uint8_t {
    between,  ///< two steps: its own code runs, or is about to
    ready,    ///< to take its next step
    polling,  ///< ready once there is news
    asleep,
    dead,
    ended
  };
  struct Participant {
    Machine* machine = nullptr;
    std::uint32_t index = 0;
    std::unique_ptr<Fiber> fiber;
    State state = State::ended;
    bool has_begun = false;
    bool dying = false;  ///< what it still does is what the kernel and the world do for it
    Step step;
    PollWatch watch;
    std::uint32_t vain_polls = 0;   ///< in a row
    std::uint32_t empty_polls = 0;  ///< with no look at anything since the last
    std::uint32_t asleep_on = 0;    ///< location
    std::uint32_t expected = 0;     ///< there
    bool heard = false;             ///< asleep where wakes of other processes reach it
    bool timed = false;             ///< asleep until its deadline at most
    bool woken = false;
    std::uint32_t weak_failures = 0;
    std::uint32_t spurious_wakes = 0;
    env::Deadline now{};
    bool looked_at_clock = false;      ///< since its last poll
    std::uint32_t outside_source = 0;  ///< calls that stand for something else, and that it is in
    bool in_kernel = false;            ///< in a call that is whole or has not begun when it dies
    RobustList robust;
  };

  std::uint64_t load(env::AtomicWord word, std::memory_order order, const Where& where) override;
  void store(env::AtomicWord word, std::uint64_t desired, std::memory_order order, const Where& where) override;
  std::uint64_t update(env::AtomicWord word, env::Update update, std::uint64_t operand, std::memory_order order,
                       const Where& where) override;
  bool compare_exchange(env::AtomicWord word, std::uint64_t& expected, std::uint64_t desired, std::memory_order success,
                        std::memory_order failure, bool weak, const Where& where) override;
  void fence(std::memory_order order, const Where& where) override;
  void access_plain(env::Operation operation, const void* address, std::uint32_t bytes, const Where& where) override;
  void poll(env::Operation operation, const Where& where) override;
  env::Deadline now() override;
  bool futex_wait(env::AtomicWord word, std::uint32_t expected, std::optional<env::Deadline> deadline, shm::FutexScope scope,
                  const Where& where) override;
  void futex_wake(env::AtomicWord word, std::uint32_t count, shm::FutexScope scope, const Where& where) override;
  [[nodiscard]] std::uint32_t thread_id() const override { return self_ + 1; }
  void leave_source() override { ++me().outside_source; }
  void return_to_source() override { --me().outside_source; }
  void enter_kernel(env::Operation operation, const void* object, const Where& where) override;
  void leave_kernel() override { me().in_kernel = false; }
  void robust_pending(std::optional<env::AtomicWord> word, const Where& where) override;
  void robust_add(env::AtomicWord word, const Where& where) override;
  void robust_remove(env::AtomicWord word, const Where& where) override;

  std::uint32_t choose(std::uint32_t n) override;

  // machine.cpp: one execution
  void begin();
  void begin(Participant& participant);
  void end();
  void unwind();
  static void enter(void* participant);
  void live(Participant& me);
  void finish(Verdict verdict);
  [[noreturn]] void fail(Verdict verdict);
  void write_back();
  [[nodiscard]] std::uint32_t location_of(env::AtomicWord word);

  // mutated.cpp: operations as an audit wants them
  /// How an operation is carried out.
  Orders orders_at(env::Operation operation, const Orders& orders, const Where& where) {
    return is_audited_ ? audited(operation, orders, where) : orders;
  }
  Orders audited(env::Operation operation, const Orders& orders, const Where& where);
  void saw(std::uint32_t location, std::uint64_t value);
  std::uint64_t answer_unseen(env::AtomicWord word, std::memory_order order, const Where& where);
  void leave_out(env::Operation operation, env::AtomicWord word, std::memory_order order, const Where& where);
  std::uint64_t only_read(env::Operation operation, env::AtomicWord word, std::memory_order order, const Where& where);

  // schedule.cpp: who goes on
  bool arrive(env::Operation operation, std::memory_order order, const Footprint& footprint, const void* address,
              const Where& where, State state = State::ready);
  bool is_leaving() const;
  void pass_on();
  std::uint32_t pick();
  [[nodiscard]] ParticipantSet enabled() const;
  std::uint32_t next_vain_poll();
  void finish_stuck();
  [[nodiscard]] Verdict stuck() const;
  void changed_memory();

  // accesses.cpp, futexes.cpp
  [[nodiscard]] Footprint footprint(std::uint32_t location, bool reads, bool changes) const;
  [[nodiscard]] static std::uint64_t queue_of(std::uint32_t location);
  std::uint32_t wake(std::uint32_t location, std::uint32_t count);
  std::uint32_t wake_from_kernel(std::uint32_t location, std::uint32_t count);
  void tell(std::string note);
  void note(const Effect& effect);
  void tell_value(std::uint64_t value);

  // deaths.cpp
  void risk_death(env::Operation operation, const void* address, const Where& where);
  [[noreturn]] void die(env::Operation operation, const void* address, const Where& where);
  bool mark_owner_died(std::uint32_t location, const Where& where);

  Participant& me() { return participants_[self_]; }

  const Program& program_;
  const Settings& settings_;
  Search& search_;
  Snapshot snapshot_;
  Memory memory_;
  Races races_;
  AddressMap locations_;
  std::vector<env::AtomicWord> words_;  ///< by location

  Fiber outside_;
  std::array<Participant, max_participants> participants_;
  Turn turn_;
  Fairness fairness_;
  std::uint32_t self_ = no_participant;  ///< whose fiber runs
  bool unwinding_ = false;
  std::uint32_t steps_ = 0;
  std::uint32_t preemptions_ = 0;
  std::uint32_t deaths_ = 0;
  std::vector<std::uint16_t> choices_;
  ExecutionEnd how_ = ExecutionEnd::judged;
  Verdict verdict_;
  BoundSet met_;
  const bool is_audited_;  ///< Settings have a mutation, or ask for the sites
  LastLooks looks_;        ///< where a mutation leaves something out
  Trace* trace_ = nullptr;
};

}  // namespace shmlab::explore
