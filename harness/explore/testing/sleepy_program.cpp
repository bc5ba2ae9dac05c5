#include "explore/testing/sleepy_program.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <new>
#include <random>

#include "env/traced_env.hpp"
#include "explore/trace.hpp"

namespace shmlab::explore::testing {
namespace {

using Env = env::TracedEnv;
using Word = Env::Atomic<std::uint32_t>;
constexpr std::size_t locations = 2;

constexpr std::array names{"load",     "store",    "add",       "exchange_weakly", "futex_wait", "futex_wait_until",
                           "wake_one", "wake_all", "poll_until"};

}  // namespace

SleepyProgram::SleepyProgram(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  const std::uint32_t count = 2 + below(2);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::vector<Deed> deeds(count == 2 ? 1 + below(4) : 1 + below(2));
    for (Deed& deed : deeds) {
      deed.action = static_cast<Action>(below(names.size()));
      deed.location = below(locations);
      deed.value = below(3);
      deed.order = below(2) == 0 ? std::memory_order_relaxed : std::memory_order_seq_cst;
    }
    participants_.push_back(deeds);
  }
}

std::uint32_t SleepyProgram::perform(const Deed& deed, void* memory) {
  Word& word = static_cast<Word*>(memory)[deed.location];
  switch (deed.action) {
    case Action::load: return word.load(deed.order);
    case Action::store: word.store(deed.value, deed.order); return 0;
    case Action::add: return word.fetch_add(deed.value, deed.order);
    case Action::exchange_weakly: {
      std::uint32_t expected = 0;
      return word.compare_exchange_weak(expected, deed.value, deed.order, std::memory_order_relaxed) ? 100 : expected;
    }
    case Action::futex_wait: Env::futex_wait(word, 0); return 0;
    case Action::futex_wait_until: return Env::futex_wait_until(word, 0, Env::now() + std::chrono::seconds(1)) ? 1 : 0;
    case Action::wake_one: Env::futex_wake(word, 1); return 0;
    case Action::wake_all: Env::futex_wake(word, 8); return 0;
    case Action::poll_until: {
      std::uint32_t looks = 0;
      for (; looks < 2 && word.load(deed.order) < deed.value; ++looks) { Env::pause(); }
      return looks;
    }
  }
  return 0;
}

Explored SleepyProgram::explored(Search& search) const {
  Explored found;
  std::vector<std::vector<std::uint32_t>> registers(participants_.size());
  Program program;
  program.bytes = locations * sizeof(Word);
  program.participants = static_cast<std::uint32_t>(participants_.size());
  program.create = [](void* memory) {
    for (std::size_t i = 0; i < locations; ++i) { new (static_cast<Word*>(memory) + i) Word{0}; }
  };
  program.body = [&](std::uint32_t index, void* memory) {
    registers[index].clear();
    for (const Deed& deed : participants_[index]) { registers[index].push_back(perform(deed, memory)); }
  };
  program.judge = [&](void* memory) {
    Outcome outcome;
    for (const auto& of_one : registers) { outcome.registers.insert(outcome.registers.end(), of_one.begin(), of_one.end()); }
    for (std::size_t i = 0; i < locations; ++i) {
      outcome.memory.push_back(static_cast<Word*>(memory)[i].load(std::memory_order_relaxed));
    }
    found.outcomes.insert(outcome);
    return Verdict::ok();
  };
  found.exploration = explore(program, {}, search);
  return found;
}

std::string SleepyProgram::text() const {
  std::string text;
  for (std::size_t i = 0; i < participants_.size(); ++i) {
    text += fmt::format("P{}:", i);
    for (const Deed& deed : participants_[i]) {
      text += fmt::format(" {} {} {} {};", names[static_cast<std::size_t>(deed.action)], deed.location, deed.value,
                          explore::to_string(deed.order));
    }
    text += '\n';
  }
  return text;
}

}  // namespace shmlab::explore::testing
