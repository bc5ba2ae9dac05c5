#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "contract/error.hpp"
#include "crash/crash_stage.hpp"
#include "crash/creation.hpp"
#include "crash/fault.hpp"
#include "crash/fault_process.hpp"
#include "run/interrupt.hpp"
#include "shm/backing.hpp"
#include "shm/futex.hpp"
#include "shm/region.hpp"
#include "shm/run_names.hpp"

namespace shmlab::crash {
namespace {

using shm::RegionKind;

constexpr std::uint32_t racers = 3;

/// What lies in the region that all want: who comes adds one to `comers`.
struct Prize {
  std::array<std::byte, plain_region::payload_bytes> words;
  std::atomic<std::uint32_t> comers;
};

/// What the racers and we share besides. All counts only grow, so that nobody can miss one.
struct Course {
  std::array<char, shm::name_length + 1> name;
  std::atomic<std::uint32_t> started;   ///< rounds; futex word
  std::atomic<std::uint32_t> at_start;  ///< racers, over all rounds
  std::atomic<std::uint32_t> inside;
  std::atomic<std::uint32_t> finished;  ///< futex word
  std::atomic<std::uint32_t> bad;       ///< in this round
};

void await_count(const std::atomic<std::uint32_t>& count, std::uint32_t wanted) {
  // acquire: pairs with the release in step_to(); what others did before is done
  while (count.load(std::memory_order_acquire) < wanted) { sched_yield(); }
}

void step_to(std::atomic<std::uint32_t>& count, std::uint32_t wanted) {
  // acq_rel: release, pairs with the acquire in await_count(); acquire is for the next who counts
  count.fetch_add(1, std::memory_order_acq_rel);
  await_count(count, wanted);
}

/// Whether what was found is whole, now and once all are there: who initialises late takes others' marks away.
bool is_sound(Prize& prize, Course& course, std::uint32_t round) {
  const bool was_whole = plain_region::is_whole(prize.words.data());
  // relaxed: step_to() orders it
  prize.comers.fetch_add(1, std::memory_order_relaxed);
  step_to(course.inside, (round + 1) * racers);
  return was_whole && plain_region::is_whole(prize.words.data()) && prize.comers.load(std::memory_order_relaxed) == racers;
}

using Compete = bool (*)(RegionKind kind, Course& course, std::uint32_t round);

/// By our protocol: whoever can create it does, the others attach.
bool compete(RegionKind kind, Course& course, std::uint32_t round) {
  const std::string name(course.name.data());
  shm::RegionSpec made = plain_region::spec(kind, name);
  made.payload_bytes = sizeof(Prize);
  shm::AttachSpec attached = plain_region::attach_spec();
  attached.payload_bytes = sizeof(Prize);
  attached.wait = FaultProcess::patience;
  const auto get = [&] {
    try {
      shm::Region region = shm::Region::create(made);
      plain_region::initialise(region.payload());
      region.mark_ready();
      return region;
    } catch (const shm::RegionExists&) { return shm::Region::attach_name(kind, attach_name_of(kind, name), attached); }
  };
  const shm::Region region = get();
  return is_sound(*std::launder(reinterpret_cast<Prize*>(region.payload())), course, round);
}

/// As it is often done: who finds the file empty initialises it.
bool compete_naively(RegionKind kind, Course& course, std::uint32_t round) {
  const run::FileDescriptor file(
      open(region_path(kind, course.name.data()).c_str(), O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR));
  struct stat status{};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) { throw std::system_error(errno, std::system_category(), "open"); }
  const bool found_empty = status.st_size == 0;
  if (found_empty) {
    sched_yield();  // as lazy_creation_check_then_create: there are preparations to make
    if (ftruncate(file.get(), sizeof(Prize)) != 0) { throw std::system_error(errno, std::system_category(), "ftruncate"); }
  }
  void* const memory = mmap(nullptr, sizeof(Prize), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) { throw std::system_error(errno, std::system_category(), "mmap"); }
  Prize& prize = *std::launder(static_cast<Prize*>(memory));
  if (found_empty) {
    plain_region::initialise(prize.words.data());
    prize.comers.store(0, std::memory_order_relaxed);  // relaxed: this is what is broken
  }
  const bool sound = is_sound(prize, course, round);
  munmap(memory, sizeof(Prize));
  return sound;
}

/// The racers, and the course that they share with us.
class Race {
 public:
  Race(RegionKind kind, Compete how)
      : kind_(kind), area_(shm::Region::create({.kind = RegionKind::anonymous, .payload_bytes = sizeof(Course)})) {
    new (area_.payload()) Course{};
    for (std::uint32_t i = 0; i < racers; ++i) {
      processes_.emplace_back([this, how](const FaultProcess::Voice&) {
        for (std::uint32_t round = 0;; ++round) { take_part(how, round); }
      });
    }
  }

  /// Lets all go for a region of a new name. Whether somebody got what is not whole, or not the same as the others.
  bool is_bad_round() {
    const std::string name = shm::fresh_name();
    std::ranges::copy(name, course().name.begin());
    // relaxed: nobody runs
    course().bad.store(0, std::memory_order_relaxed);
    ++round_;
    // release: pairs with the acquire in take_part(); the name is there
    course().started.store(round_, std::memory_order_release);
    shm::futex_wake(course().started, shm::wake_all);
    await_finish();
    shm::remove_backing(kind_, attach_name_of(kind_, name));
    return course().bad.load(std::memory_order_relaxed) != 0;  // relaxed: ordered by await_finish()
  }

 private:
  [[nodiscard]] Course& course() const { return *std::launder(reinterpret_cast<Course*>(area_.payload())); }

  void take_part(Compete how, std::uint32_t round) {
    // acquire: pairs with the release in is_bad_round()
    while (course().started.load(std::memory_order_acquire) == round) { shm::futex_wait(course().started, round); }
    step_to(course().at_start, (round + 1) * racers);
    if (!how(kind_, course(), round)) { course().bad.store(1, std::memory_order_relaxed); }  // relaxed: ordered by `finished`
    // release: pairs with the acquire in await_finish()
    course().finished.fetch_add(1, std::memory_order_release);
    shm::futex_wake(course().finished, shm::wake_all);
  }

  void await_finish() {
    constexpr std::chrono::milliseconds look{100};
    const auto overdue = std::chrono::steady_clock::now() + FaultProcess::patience;
    for (;;) {
      // acquire: pairs with the release in take_part()
      const std::uint32_t finished = course().finished.load(std::memory_order_acquire);
      if (finished == round_ * racers) { return; }
      if (shm::futex_wait(course().finished, finished, look) != shm::FutexWake::timed_out) { continue; }
      run::check_interrupted();
      for (FaultProcess& process : processes_) {
        if (process.has_ended()) { throw StageOverdue(fmt::format("a racer has ended: {}", process.hear())); }
      }
      if (std::chrono::steady_clock::now() > overdue) { throw StageOverdue("the racers neither finish nor end"); }
    }
  }

  RegionKind kind_;
  shm::Region area_;
  std::uint32_t round_ = 0;
  std::vector<FaultProcess> processes_;
};

std::uint64_t bad_rounds(RegionKind kind, Compete how, std::uint64_t rounds, const FaultOrder& order) {
  constexpr std::uint64_t now_and_then = 100;
  Race race(kind, how);
  std::uint64_t bad = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    bad += race.is_bad_round() ? 1 : 0;
    if (order.on_round && round % now_and_then == 0) { order.on_round(); }
  }
  return bad;
}

FaultRow row_for(RegionKind kind, std::uint64_t rounds, const FaultOrder& order) {
  FaultRow row{.subject = subject_of(kind), .expected = "all get the same region, and it is whole"};
  if (!has_name(kind)) {
    row.why = "it has no name on which two who want to create it could have agreed";
    return row;
  }
  const std::uint64_t bad = bad_rounds(kind, compete, rounds, order);
  row.rounds = rounds;
  row.observed = fmt::format("{} bad rounds of {}", bad, rounds);
  row.agrees = bad == 0;
  if (bad != 0) { row.why = "somebody got a region that was not whole, or another one than the others"; }
  return row;
}

std::vector<FaultRow> inject_init_race(const FaultOrder& order) {
  constexpr std::uint64_t named_kinds = 2;
  constexpr std::uint64_t most_of_control = 1000;
  std::vector<FaultRow> rows;
  for (const RegionKind kind : shm::all_region_kinds) {
    rows.push_back(row_for(kind, std::max<std::uint64_t>(1, order.rounds / named_kinds), order));
  }
  const std::uint64_t rounds = std::min(order.rounds, most_of_control);
  const std::uint64_t bad = bad_rounds(RegionKind::posix_shm, compete_naively, rounds, order);
  rows.push_back({.subject = "control: who finds it empty initialises it",
                  .expected = "bad rounds",
                  .observed = fmt::format("{} bad rounds of {}", bad, rounds),
                  .agrees = bad != 0,
                  .rounds = rounds});
  return rows;
}

}  // namespace

const Fault init_race{.name = "init_race",
                      .summary = "Three processes want to create the same region at the same time",
                      .inject = inject_init_race};

}  // namespace shmlab::crash
