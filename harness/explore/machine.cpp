#include "explore/machine.hpp"

#include <fmt/format.h>

#include <cstring>
#include <exception>
#include <utility>

#include "contract/error.hpp"

namespace shmlab::explore {

Machine::Machine(const Program& program, const Settings& settings, Search& search)
    : program_(program),
      settings_(settings),
      search_(search),
      snapshot_(program.bytes),
      memory_(settings.bounds, *this),
      races_(snapshot_.span()),
      locations_(snapshot_.span()),
      is_audited_(settings.mutation.has_value() || settings.sites != nullptr) {
  if (program.participants == 0 || program.participants > max_participants) {
    throw BadInput(fmt::format("{} participants: expected 1 to {}", program.participants, max_participants));
  }
  {
    const env::Modelled none(nullptr);
    program.create(snapshot_.memory());
  }
  snapshot_.keep();
  for (std::uint32_t i = 0; i < program.participants; ++i) {
    Participant& participant = participants_[i];
    participant.machine = this;
    participant.index = i;
    participant.fiber = std::make_unique<Fiber>(&Machine::enter, &participant);
    turn_.next[i] = &participant.step;
  }
}

Machine::~Machine() = default;

BoundSet Machine::met() const {
  BoundSet all = met_;
  all.insert(memory_.met());
  return all;
}

ExecutionEnd Machine::run(Trace* trace) {
  trace_ = trace;
  begin();
  {
    const env::Modelled by_this(this);
    self_ = pick();
    outside_.switch_to(*participants_[self_].fiber);
    end();
    unwind();
  }
  return how_;
}

void Machine::begin() {
  snapshot_.restore();
  memory_.begin(program_.participants);
  races_.begin();
  search_.begin();
  fairness_.begin();
  for (std::uint32_t i = 0; i < program_.participants; ++i) { begin(participants_[i]); }
  turn_.last = no_participant;
  steps_ = 0;
  preemptions_ = 0;
  deaths_ = 0;
  choices_.clear();
  if (is_audited_) { looks_.clear(); }
  how_ = ExecutionEnd::judged;
  verdict_ = Verdict::ok();
  if (trace_ != nullptr) { trace_->clear(); }
}

void Machine::begin(Participant& participant) {
  participant.state = State::between;
  participant.has_begun = false;
  participant.dying = false;
  participant.watch.clear();
  participant.vain_polls = 0;
  participant.empty_polls = 0;
  participant.woken = false;
  participant.weak_failures = 0;
  participant.spurious_wakes = 0;
  participant.now = {};
  participant.looked_at_clock = false;
  participant.outside_source = 0;
  participant.in_kernel = false;
  participant.robust.clear();
}

void Machine::end() {
  if (how_ != ExecutionEnd::judged) { return; }
  write_back();
  const env::Modelled none(nullptr);
  verdict_ = program_.judge(snapshot_.memory());
}

/// Whoever stands in the middle of a body leaves it by an exception, so that its locals are destroyed.
void Machine::unwind() {
  unwinding_ = true;
  for (std::uint32_t i = 0; i < program_.participants; ++i) {
    Participant& participant = participants_[i];
    if (participant.state == State::ended || !participant.has_begun) { continue; }
    self_ = i;
    outside_.switch_to(*participant.fiber);
  }
  unwinding_ = false;
  self_ = no_participant;
}

void Machine::enter(void* participant) {
  Participant& me = *static_cast<Participant*>(participant);
  for (;;) { me.machine->live(me); }
}

/// One life of a participant; afterwards somebody else runs, until its next one begins.
void Machine::live(Participant& me) {
  std::optional<Verdict> verdict;
  me.has_begun = true;
  try {
    program_.body(me.index, snapshot_.memory());
  } catch (const Abandoned&) {
    // its execution is over
  } catch (Violated& violated) {
    verdict = Verdict::violated(fmt::format("P{}: {}", me.index, violated.why));
  } catch (const TooManyLocations& limit) { verdict = Verdict::unknown(limit.what()); } catch (const std::exception& error) {
    verdict = Verdict::violated(fmt::format("P{} threw: {}", me.index, error.what()));
  }
  me.state = State::ended;
  if (verdict && !unwinding_) { finish(std::move(*verdict)); }
  if (unwinding_ || how_ != ExecutionEnd::judged) {
    me.fiber->switch_to(outside_);
  } else {
    pass_on();
  }
}

/// The execution ends with a finding.
void Machine::finish(Verdict verdict) {
  how_ = ExecutionEnd::found;
  verdict_ = std::move(verdict);
}

/// The same in the middle of a body.
void Machine::fail(Verdict verdict) {
  finish(std::move(verdict));
  throw Abandoned{};
}

/// For the judge, who reads without a model.
void Machine::write_back() {
  for (std::uint32_t i = 0; i < memory_.locations(); ++i) {
    if (locations_.is_in_memory(words_[i].address)) { std::memcpy(words_[i].address, &memory_.newest(i).value, words_[i].bytes); }
  }
}

std::uint32_t Machine::location_of(env::AtomicWord word) {
  const std::uint16_t known = locations_.find(word.address);
  if (known != AddressMap::none) { return known; }
  // What a body constructs is no first value: its bytes are there already, but the stores are steps.
  const bool is_shared = locations_.is_in_memory(word.address);
  const void* const first = is_shared ? snapshot_.kept(locations_.offset_of(word.address)) : word.address;
  std::uint64_t first_value = 0;
  std::memcpy(&first_value, first, word.bytes);
  const std::uint32_t location = memory_.add(first_value);
  locations_.set(word.address, 1, static_cast<std::uint16_t>(location));
  words_.push_back(word);
  return location;
}

}  // namespace shmlab::explore
