#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "contract/error.hpp"
#include "crash/creation.hpp"
#include "crash/fault.hpp"
#include "crash/fault_process.hpp"
#include "env/native_named_semaphore.hpp"
#include "shm/backing.hpp"
#include "shm/region.hpp"
#include "shm/run_names.hpp"

namespace shmlab::crash {
namespace {

using shm::RegionKind;

/// The leader of a run of its own, which makes something with a name, says how it is called, and stays.
template <class Make>
FaultProcess leader(Make make) {
  return FaultProcess([make](const FaultProcess::Voice& voice) {
    shm::adopt_run_id(shm::new_run_id());
    make(voice);
  });
}

FaultProcess leader_with_region(RegionKind kind) {
  return leader([kind](const FaultProcess::Voice& voice) {
    const shm::Region region = shm::Region::create(plain_region::spec(kind));
    voice.say(region.name());
    for (;;) { pause(); }
  });
}

FaultProcess leader_with_semaphore() {
  return leader([](const FaultProcess::Voice& voice) {
    env::NativeNamedSemaphore::Shared shared{};
    env::NativeNamedSemaphore::create(shared, 1);
    voice.say(shared.name.data());
    for (;;) { pause(); }
  });
}

/// Two runs that made the same thing, of which one was killed, before the next run starts and after.
struct Twins {
  bool was_left = false;      ///< what the dead one made was there until then
  bool is_left = false;       ///< and afterwards
  bool living_stays = false;  ///< what the other one made
  std::string refusal;        ///< of who attached to what the dead one made, before
};

template <class Start, class PathOf, class Attach>
Twins play_once(Start start, PathOf path_of, Attach attach) {
  FaultProcess dead = start();
  FaultProcess living = start();
  const std::string left = dead.hear();
  const std::string kept = living.hear();
  if (left.starts_with("refused: ") || left.starts_with("threw: ")) { throw Unavailable(left); }
  dead.kill();
  dead.end();
  Twins found;
  found.was_left = std::filesystem::exists(path_of(left));
  found.refusal = attach(left);
  shm::sweep_stale();  // as the next run does at its start
  found.is_left = std::filesystem::exists(path_of(left));
  found.living_stays = std::filesystem::exists(path_of(kept));
  living.kill();
  living.end();
  shm::sweep_stale();
  return found;
}

std::string attach_to(RegionKind kind, const std::string& name) {
  try {
    shm::Region::attach_name(kind, name, plain_region::attach_spec());
  } catch (const BadInput& refusal) { return refusal.what(); }
  return "attached";
}

/// Any run that starts meanwhile cleans up after the dead: where it was there before us, once more.
template <class Start, class PathOf, class Attach>
Twins play(Start start, PathOf path_of, Attach attach) {
  constexpr int attempts = 50;
  Twins found = play_once(start, path_of, attach);
  for (int i = 1; i < attempts && (!found.was_left || found.refusal.find("No such file") != std::string::npos); ++i) {
    found = play_once(start, path_of, attach);
  }
  return found;
}

void fill(FaultRow& row, const Twins& found, bool is_refused) {
  row.rounds = 1;
  row.observed =
      fmt::format("{}, {}; what a living run made {}", is_refused ? "refused" : "not refused",
                  found.is_left ? "left behind" : "cleaned up by the next run", found.living_stays ? "stays" : "is gone, too");
  row.agrees = is_refused && found.was_left && !found.is_left && found.living_stays;
  if (row.agrees == false) { row.why = found.was_left ? found.refusal : "nothing was left by who was killed"; }
}

FaultRow row_for(RegionKind kind, bool& was_left) {
  FaultRow row{.subject = subject_of(kind),
               .expected = "refused as its creator's; cleaned up by the next run; a living run's stays"};
  if (!has_name(kind)) {
    row.why = "it has no name: the kernel frees it with its last user";
    return row;
  }
  const auto path_of = [kind](const std::string& name) {
    return kind == RegionKind::posix_shm ? std::string(shm::shm_directory) + name : name;
  };
  const Twins found = play([kind] { return leader_with_region(kind); }, path_of,
                           [kind](const std::string& name) { return attach_to(kind, name); });
  fill(row, found, found.refusal.find("died before it was ready") != std::string::npos);
  was_left = was_left || found.was_left;
  return row;
}

FaultRow row_of_semaphore() {
  FaultRow row{.subject = "named semaphore", .expected = "cleaned up by the next run; a living run's stays"};
  const auto path_of = [](const std::string& name) { return fmt::format("{}/sem.{}", shm::shm_directory, name); };
  try {
    const Twins found = play(leader_with_semaphore, path_of, [](const std::string&) { return std::string(); });
    fill(row, found, true);
    row.observed = row.observed.substr(row.observed.find(", ") + 2);
  } catch (const Unavailable& reason) { row.why = reason.what(); }
  return row;
}

std::vector<FaultRow> inject_stale_names(const FaultOrder& order) {
  std::vector<FaultRow> rows;
  bool was_left = false;
  for (const RegionKind kind : shm::all_region_kinds) {
    rows.push_back(row_for(kind, was_left));
    if (order.on_round) { order.on_round(); }
  }
  rows.push_back(row_of_semaphore());
  rows.push_back({.subject = "control: nobody cleans up",
                  .expected = "left behind",
                  .observed = was_left ? "left behind" : "gone by itself",
                  .agrees = was_left,
                  .rounds = 1});
  return rows;
}

}  // namespace

const Fault stale_names{.name = "stale_names",
                        .summary = "A run is killed and leaves a segment or a named semaphore to the next",
                        .inject = inject_stale_names};

}  // namespace shmlab::crash
