#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "contract/error.hpp"
#include "crash/creation.hpp"
#include "crash/fault.hpp"
#include "crash/fault_process.hpp"
#include "crash/stepper.hpp"
#include "shm/backing.hpp"
#include "shm/region.hpp"
#include "shm/run_names.hpp"

namespace shmlab::crash {
namespace {

using shm::RegionKind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view not_led = "not led";

/// A process that creates a region, led from instruction to instruction.
class LedCreator {
 public:
  explicit LedCreator(RegionKind kind)
      : name_(has_name(kind) ? shm::fresh_name() : std::string()),
        process_([&](const FaultProcess::Voice& voice) {
          if (!Stepper::stop_to_be_led()) {
            voice.say(not_led);
            return;
          }
          shm::Region region = shm::Region::create(plain_region::spec(kind, name_));
          plain_region::initialise(region.payload());
          region.mark_ready();
        }),
        stepper_(process_.pid()),
        view_(kind, name_, process_.pid()) {
    if (!await_stop()) { throw Unavailable("ptrace(2) is not allowed here"); }
    seen_ = view_.look();
  }

  /// Leads it to where what others can see changes for the next time. false: it has ended.
  bool lead_to_change() {
    while (!view_.is_ready() && step()) {
      std::string now = view_.look();
      if (now == seen_) { continue; }
      seen_ = std::move(now);
      return true;
    }
    return false;
  }
  void kill() {
    process_.kill();
    process_.end();
  }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const CreationView& view() const { return view_; }

 private:
  bool step() {
    if (view_.has_size()) {
      stepper_.step();
    } else {
      stepper_.run_to_system_call();
    }
    return await_stop();
  }
  bool await_stop() {
    while (!stepper_.has_stopped()) {
      if (process_.has_ended()) { return false; }
      std::this_thread::yield();
    }
    return true;
  }

  std::string name_;
  FaultProcess process_;
  Stepper stepper_;
  CreationView view_;
  std::string seen_;
};

/// One that attaches, and says what it met and when (steady_clock, which is the same in all processes).
class Attacher {
 public:
  struct Answer {
    std::string words;
    steady_clock::time_point at;
  };

  Attacher(RegionKind kind, const LedCreator& creator)
      : process_([&](const FaultProcess::Voice& voice) {
          voice.say("I come");
          voice.say(attach(kind, creator));
          voice.say(std::to_string(steady_clock::now().time_since_epoch().count()));
        }) {
    process_.hear();
  }

  Answer answer() {
    const std::string words = process_.hear();
    const std::string at = process_.hear();
    const run::ExitStatus end = process_.end();
    if (at.empty()) { return {fmt::format("{}; {}", words, describe(end)), steady_clock::now()}; }
    return {words, steady_clock::time_point(steady_clock::duration(std::stoll(at)))};
  }

 private:
  static std::string attach(RegionKind kind, const LedCreator& creator) {
    try {
      const shm::Region region = plain_region::attach(kind, attach_name_of(kind, creator.name()), creator.view().fd());
      return plain_region::is_whole(region.payload()) ? "attached" : "attached to half a region";
    } catch (const BadInput& refusal) { return fmt::format("refused: {}", refusal.what()); }
  }

  FaultProcess process_;
};

/// What was found over all deaths of creators of one kind of region.
struct Findings {
  std::uint64_t deaths = 0;
  std::uint64_t refused = 0;
  std::uint64_t attached = 0;  ///< to a region that was ready when its creator died
  std::string wrong;           ///< the first answer that must not be
  milliseconds slowest{0};
};

/// One death, and those who wait for an answer after it.
struct Death {
  std::string name;
  bool was_ready = false;
  steady_clock::time_point at;
  std::vector<Attacher> attachers;
};

void remove(RegionKind kind, const std::string& name) {
  if (has_name(kind)) { shm::remove_backing(kind, attach_name_of(kind, name)); }
}

/// Kills the creator at the change of that number; one attacher waits there, one comes afterwards. Nothing: it has fewer.
std::optional<Death> die_at(RegionKind kind, std::uint64_t change, bool& naive_got_half) {
  LedCreator creator(kind);
  for (std::uint64_t i = 0; i < change; ++i) {
    if (creator.lead_to_change()) { continue; }
    creator.kill();
    remove(kind, creator.name());
    return std::nullopt;
  }
  Death death;
  death.name = creator.name();
  death.was_ready = creator.view().is_ready();
  death.attachers.emplace_back(kind, creator);
  creator.kill();
  death.at = steady_clock::now();
  death.attachers.emplace_back(kind, creator);
  constexpr std::size_t bytes = shm::payload_offset + plain_region::payload_bytes;
  if (lseek(creator.view().fd(), 0, SEEK_END) < static_cast<off_t>(bytes)) { return death; }
  // The control: who believes that what has its size is there.
  void* const base = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, creator.view().fd(), 0);
  if (base == MAP_FAILED) { return death; }
  naive_got_half = naive_got_half || !plain_region::is_whole(static_cast<const std::byte*>(base) + shm::payload_offset);
  munmap(base, bytes);
  return death;
}

void note(Findings& findings, RegionKind kind, Death& death) {
  for (Attacher& attacher : death.attachers) {
    const auto [answer, at] = attacher.answer();
    findings.slowest = std::max(findings.slowest, std::chrono::duration_cast<milliseconds>(at - death.at));
    const bool names_it = answer.starts_with("refused: ") && answer.find("region") != std::string::npos;
    findings.refused += names_it ? 1 : 0;
    findings.attached += answer == "attached" && death.was_ready ? 1 : 0;
    const bool is_right = death.was_ready ? answer == "attached" : names_it;
    if (!is_right && findings.wrong.empty()) {
      findings.wrong = fmt::format("{}, death {}: {}", to_string(kind), findings.deaths, answer);
    }
  }
}

FaultRow row_for(RegionKind kind, bool& naive_got_half, const FaultOrder& order) {
  FaultRow row{.subject = subject_of(kind), .expected = "attachers are refused until it is ready, then attach"};
  if (kind == RegionKind::anonymous) {
    row.why = "its creator forks those who use it when it is ready: nobody can come earlier";
    return row;
  }
  std::vector<Death> deaths;  // who waits for a region without a header waits for a second: all at once
  // Without a name or a descriptor there is nothing to attach to: of a memfd the first change makes it.
  for (std::uint64_t change = has_name(kind) ? 0 : 1;; ++change) {
    std::optional<Death> death = die_at(kind, change, naive_got_half);
    if (!death) { break; }
    deaths.push_back(std::move(*death));
    if (order.on_round) { order.on_round(); }
  }
  Findings findings;
  for (Death& death : deaths) {
    ++findings.deaths;
    note(findings, kind, death);
    remove(kind, death.name);
  }
  row.rounds = findings.deaths;
  row.observed = fmt::format("{} refused, {} attached when it was ready; the last answer after {} ms", findings.refused,
                             findings.attached, findings.slowest.count());
  row.agrees = findings.wrong.empty() && findings.attached > 0 && findings.refused > 0;
  row.why = findings.wrong;
  return row;
}

std::vector<FaultRow> inject_creator_dies(const FaultOrder& order) {
  std::vector<FaultRow> rows;
  bool naive_got_half = false;
  std::uint64_t deaths = 0;
  for (const RegionKind kind : shm::all_region_kinds) {
    try {
      rows.push_back(row_for(kind, naive_got_half, order));
    } catch (const Unavailable& reason) { rows.push_back({.subject = subject_of(kind), .why = reason.what()}); }
    deaths += rows.back().rounds;
  }
  rows.push_back({.subject = "control: uses a region that has its size",
                  .expected = "finds half a payload",
                  .observed = naive_got_half ? "finds half a payload" : "finds all whole",
                  .agrees = naive_got_half,
                  .rounds = deaths});
  if (deaths == 0) { rows.back() = {.subject = rows.back().subject, .why = rows.front().why}; }
  return rows;
}

}  // namespace

const Fault creator_dies{.name = "creator_dies",
                         .summary = "The creator of a region is killed wherever what others see of it has just changed",
                         .inject = inject_creator_dies};

}  // namespace shmlab::crash
