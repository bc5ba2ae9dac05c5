#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>

#include "crash/crash_stage.hpp"
#include "env/tracer.hpp"
#include "run/die_with_parent.hpp"
#include "run/open_gate.hpp"
#include "run/resource_limits.hpp"
#include "shm/mapping_address.hpp"

/// What an actor does, in its own process.
namespace shmlab::crash {

/// In front of its body, an actor that is to be led stops.
class CrashStage::LedGate final : public measure::Gate {
 public:
  explicit LedGate(std::atomic<std::uint32_t>& led) : led_(led) {}
  bool enter() override {
    // relaxed, here and below: the state orders it, and the stop
    if (led_.load(std::memory_order_relaxed) != static_cast<std::uint32_t>(Led::asked)) { return true; }
    if (Stepper::stop_to_be_led()) { return true; }
    led_.store(static_cast<std::uint32_t>(Led::refused), std::memory_order_relaxed);
    return false;
  }
  void leave() override {}

 private:
  std::atomic<std::uint32_t>& led_;
};

void CrashStage::act(std::uint32_t actor, pid_t director) {
  try {
    run::die_with_parent(director);
    setpgid(0, 0);  // cannot fail: our own process, not a session leader
    for (const int signal : {SIGINT, SIGHUP, SIGTERM}) { std::signal(signal, SIG_DFL); }
    run::limit_resources();
    if (nowhere_.get() >= 0) { dup2(nowhere_.get(), STDERR_FILENO); }  // cannot fail: both are open
    shm::map_apart(actor, region_.mapped_bytes(), [&](void* address) { region_.relocate(address); });
    perform(actor);
    _exit(EXIT_SUCCESS);
  } catch (const std::exception&) { _exit(EXIT_FAILURE); }  // relocate only: no address is free
}

void CrashStage::perform(std::uint32_t actor) {
  measure::Record& record = area().records[actor];
  // relaxed: read by the director for itself, once the actor waits
  record.pid.store(static_cast<std::uint32_t>(getpid()), std::memory_order_relaxed);
  record.tid.store(static_cast<std::uint32_t>(gettid()), std::memory_order_relaxed);
  record.mapped_at.store(reinterpret_cast<std::uintptr_t>(region_.payload()), std::memory_order_relaxed);
  fault::Actor tracer(area().seats[actor], record, progress_, bell_.get());
  tracer.await_cue();
  if (manner_ == Manner::traced) {
    run::OpenGate gate;
    const env::Traced traced(tracer);
    take_part(actor, gate);
  } else {
    LedGate gate(area().led[actor]);
    take_part(actor, gate);
  }
  tracer.leave();
}

void CrashStage::take_part(std::uint32_t actor, measure::Gate& gate) {
  const std::size_t operations = scenario_.param_index("operations");
  measure::Session session(area().records[actor], area().never_stop, {}, {.operations = values_[operations]}, gate);
  try {
    code_.participate(memory(), values_, Participant{actor}, session);
  } catch (const std::exception& error) {
    session.violated(fmt::format("the participant threw: {}", error.what()));
    // relaxed: the state orders it
    area().threw[actor].store(1, std::memory_order_relaxed);
  }
}

}  // namespace shmlab::crash
