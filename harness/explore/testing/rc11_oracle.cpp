#include "explore/testing/rc11_oracle.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace shmlab::explore::testing {
namespace {

/// The read half of a read-modify-write; for a load, its order as it is.
std::memory_order reading_order(std::memory_order order) {
  if (order == std::memory_order_release) { return std::memory_order_relaxed; }
  return order == std::memory_order_acq_rel ? std::memory_order_acquire : order;
}

/// The write half of a read-modify-write; for a store, its order as it is.
std::memory_order writing_order(std::memory_order order) {
  if (order == std::memory_order_acquire) { return std::memory_order_relaxed; }
  return order == std::memory_order_acq_rel ? std::memory_order_release : order;
}

/// One program under one model.
class Enumeration {
 public:
  Enumeration(const LitmusProgram& program, const Model& model) : model_(model), locations_(program.locations()) {
    for (std::size_t thread = 0; thread < program.threads.size(); ++thread) {
      for (const Instruction& instruction : program.threads[thread]) {
        if (has_result(instruction)) { readers_.push_back(steps_.size()); }
        steps_.push_back({.instruction = instruction, .thread = thread});
      }
    }
  }

  std::set<Outcome> outcomes() {
    choose_source(0);
    return std::move(outcomes_);
  }

 private:
  static constexpr std::size_t initial = ~std::size_t{0};  // as a source: what the location holds at first

  enum class Known : std::uint8_t { no, pending, yes };

  /// An instruction and what became of it.
  struct Step {
    Instruction instruction;
    std::size_t thread = 0;
    std::size_t source = initial;  // the step that it reads from
    bool gives_up = false;         // without a reason
    Known known = Known::no;
    std::uint32_t read = 0;
    std::size_t read_event = 0;
    std::size_t write_event = 0;

    [[nodiscard]] bool does_write() const { return !gives_up && writes(instruction, read); }
    [[nodiscard]] std::uint32_t result() const { return gives_up ? read + without_reason : read; }
    [[nodiscard]] std::uint32_t written() const { return value_written(instruction, read); }
  };

  /// One modification order of one location.
  struct Order {
    Relation mo;
    std::uint32_t last = 0;  // value
  };

  /// Tries every source for the readers from this one on.
  void choose_source(std::size_t reader) {
    if (reader == readers_.size()) {
      if (resolve_values()) { judge(); }
      return;
    }
    Step& step = steps_[readers_[reader]];
    step.gives_up = false;
    choose_source_of(step, reader);
    if (step.instruction.weak) {
      step.gives_up = true;
      choose_source_of(step, reader);
    }
  }

  void choose_source_of(Step& step, std::size_t reader) {
    step.source = initial;
    choose_source(reader + 1);
    for (std::size_t source = 0; source < steps_.size(); ++source) {
      const Instruction& other = steps_[source].instruction;
      const bool may_write = other.operation != Operation::load && other.operation != Operation::fence;
      if (source == readers_[reader] || !may_write || other.location != step.instruction.location) { continue; }
      step.source = source;
      choose_source(reader + 1);
    }
  }

  /// false: a load would read from a compare_exchange that fails, or a value would depend on itself, or there is a reason to fail.
  bool resolve_values() {
    for (const std::size_t reader : readers_) { steps_[reader].known = Known::no; }
    return std::all_of(readers_.begin(), readers_.end(), [&](std::size_t reader) { return resolve(steps_[reader]); });
  }

  bool resolve(Step& step) {
    if (!has_result(step.instruction) || step.known == Known::yes) { return true; }
    if (step.known == Known::pending) { return false; }
    step.known = Known::pending;
    step.read = 0;
    if (step.source != initial) {
      Step& source = steps_[step.source];
      if (!resolve(source) || !source.does_write()) { return false; }
      step.read = source.written();
    }
    step.known = Known::yes;
    return !step.gives_up || writes(step.instruction, step.read);
  }

  void judge() {
    Execution execution = graph();
    if (model_.no_thin_air && !is_grounded(execution)) { return; }
    const Relation hb = happens_before(execution, model_);
    // What is wrong already without a modification order is wrong with each.
    if (model_.coherence && !is_coherent(execution, hb)) { return; }

    std::vector<std::vector<Order>> orders;
    for (std::size_t location = 0; location < locations_; ++location) {
      orders.push_back(orders_of(location, execution, hb));
      if (orders.back().empty()) { return; }
    }
    Outcome outcome{.registers = {}, .memory = std::vector<std::uint32_t>(locations_)};
    for (const std::size_t reader : readers_) { outcome.registers.push_back(steps_[reader].result()); }
    choose_order(orders, 0, execution, hb, outcome);
  }

  /// Events, sb, rmw and rf. The first events initialise the locations, an event each.
  Execution graph() {
    Execution execution;
    for (std::uint32_t location = 0; location < locations_; ++location) {
      execution.events.push_back({.kind = Event::Kind::write, .location = location});
    }
    for (Step& step : steps_) { add_events(step, execution); }
    for (const std::size_t reader : readers_) {
      const Step& step = steps_[reader];
      const bool is_initial = step.source == initial;
      execution.rf.add(is_initial ? step.instruction.location : steps_[step.source].write_event, step.read_event);
    }
    return execution;
  }

  void add_events(Step& step, Execution& execution) {
    const Instruction& instruction = step.instruction;
    if (instruction.operation == Operation::fence) { add_event(step, {.order = instruction.order}, execution); }
    const bool is_failure = instruction.operation == Operation::compare_exchange && !step.does_write();
    if (has_result(instruction)) {
      step.read_event = execution.events.size();
      add_event(step,
                {.kind = Event::Kind::read,
                 .location = instruction.location,
                 .order = is_failure ? instruction.failure : reading_order(instruction.order)},
                execution);
    }
    if (step.does_write()) {
      step.write_event = execution.events.size();
      add_event(step, {.kind = Event::Kind::write, .location = instruction.location, .order = writing_order(instruction.order)},
                execution);
      if (has_result(instruction)) { execution.rmw.add(step.read_event, step.write_event); }
    }
  }

  void add_event(const Step& step, const Event& event, Execution& execution) {
    const std::size_t added = execution.events.size();
    thread_of_event_[added] = step.thread;
    for (std::size_t earlier = 0; earlier < added; ++earlier) {
      const bool initialises = earlier < locations_;
      if (initialises || thread_of_event_[earlier] == step.thread) { execution.sb.add(earlier, added); }
    }
    execution.events.push_back(event);
  }

  /// The modification orders of a location that are not wrong by themselves.
  std::vector<Order> orders_of(std::size_t location, Execution execution, const Relation& hb) {
    std::vector<std::pair<std::size_t, std::uint32_t>> stores;  // event, value
    for (const Step& step : steps_) {
      if (step.instruction.location == location && step.does_write()) { stores.emplace_back(step.write_event, step.written()); }
    }
    std::sort(stores.begin(), stores.end());
    std::vector<Order> orders;
    do {
      execution.mo = {};
      for (std::size_t i = 0; i < stores.size(); ++i) {
        execution.mo.add(location, stores[i].first);
        for (std::size_t j = i + 1; j < stores.size(); ++j) { execution.mo.add(stores[i].first, stores[j].first); }
      }
      if (model_.atomicity && !is_atomic(execution)) { continue; }
      if (model_.coherence && !is_coherent(execution, hb)) { continue; }
      orders.push_back({.mo = execution.mo, .last = stores.empty() ? 0 : stores.back().second});
    } while (std::next_permutation(stores.begin(), stores.end()));
    return orders;
  }

  /// Tries every combination of the modification orders from this location on.
  void choose_order(const std::vector<std::vector<Order>>& orders, std::size_t location, Execution& execution, const Relation& hb,
                    Outcome& outcome) {
    if (location == locations_) {
      if (!outcomes_.contains(outcome) && is_sequentially_consistent(execution, hb, model_)) { outcomes_.insert(outcome); }
      return;
    }
    const Relation before = execution.mo;
    for (const Order& order : orders[location]) {
      execution.mo = before | order.mo;
      outcome.memory[location] = order.last;
      choose_order(orders, location + 1, execution, hb, outcome);
    }
    execution.mo = before;
  }

  const Model& model_;
  std::size_t locations_;
  std::vector<Step> steps_;
  std::vector<std::size_t> readers_;  // steps, thread by thread
  std::size_t thread_of_event_[Relation::most_events] = {};
  std::set<Outcome> outcomes_;
};

// Every instruction may be a read and a write.
static_assert(LitmusProgram::most_locations + 2 * LitmusProgram::most_instructions <= Relation::most_events);

}  // namespace

std::set<Outcome> rc11_outcomes(const LitmusProgram& program, const Model& model) {
  program.check();
  return Enumeration(program, model).outcomes();
}

}  // namespace shmlab::explore::testing
