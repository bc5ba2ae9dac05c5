#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "contract/error.hpp"
#include "crash/creation.hpp"
#include "crash/fault.hpp"
#include "crash/fault_process.hpp"
#include "crash/own_mounts.hpp"
#include "env/native_named_semaphore.hpp"
#include "shm/region.hpp"
#include "shm/run_names.hpp"

namespace shmlab::crash {
namespace {

using shm::RegionKind;

constexpr unsigned long small = 64UL << 10U;
constexpr std::size_t large = 1UL << 20U;
constexpr std::string_view not_mounted = "not mounted";
const std::string shm_path{shm::shm_directory};

/// Does something in a process whose /dev/shm holds 64 KiB. Its last words, and how it ended; nothing is left of it all.
struct InSmall {
  std::string words;
  run::ExitStatus end;
};
InSmall in_small_shm(const FaultProcess::Body& body) {
  FaultProcess process([&body](const FaultProcess::Voice& voice) {
    if (!enter_own_mounts() || !mount_small(shm_path.c_str(), small)) {
      voice.say(not_mounted);
      return;
    }
    body(voice);
  });
  InSmall result;
  result.words = process.hear();
  result.end = process.end();
  if (result.words == not_mounted) { throw Unavailable("mounting a small /dev/shm is not permitted here"); }
  return result;
}

/// What creating a region that is too large says; then one that fits has to succeed, and nothing may be left.
std::string create_too_large(RegionKind kind) {
  shm::RegionSpec spec = plain_region::spec(kind);
  spec.directory = shm_path;
  std::string refusal = "created";
  try {
    spec.payload_bytes = large;
    shm::Region::create(spec);
  } catch (const BadInput& error) { refusal = error.what(); }
  if (!std::filesystem::is_empty(shm_path)) { refusal += "; left a file behind"; }
  spec.payload_bytes = plain_region::payload_bytes;
  shm::Region::create(spec);
  return refusal;
}

FaultRow row_for(RegionKind kind) {
  FaultRow row{.subject = subject_of(kind), .expected = "refused with what is needed and what is free; nothing left"};
  if (!has_name(kind)) {
    row.why = "it lies on no file system that is mounted anywhere: memory alone bounds it";
    return row;
  }
  const InSmall met = in_small_shm([kind](const FaultProcess::Voice& voice) { voice.say(create_too_large(kind)); });
  const std::string needs = fmt::format("full: needs {} bytes, {} free", large + shm::payload_offset, small);
  row.rounds = 1;
  row.agrees =
      met.end.is_success() && met.words.find(needs) != std::string::npos && met.words.find("; left") == std::string::npos;
  row.observed = row.agrees == true ? "refused: " + met.words.substr(met.words.find("full: ")) : met.words;
  if (row.agrees == false) { row.why = describe(met.end); }
  return row;
}

/// Nothing is free any more.
std::string create_semaphore_in_full() {
  const int filler = open((shm_path + "/filler").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  posix_fallocate(filler, 0, small);  // an error would be a semaphore that is created
  close(filler);
  try {
    env::NativeNamedSemaphore::Shared shared{};
    env::NativeNamedSemaphore::create(shared, 1);
  } catch (const BadInput& refusal) { return refusal.what(); }
  return "created";
}

FaultRow row_of_semaphore() {
  FaultRow row{.subject = "named semaphore", .expected = "refused: full"};
  const InSmall met = in_small_shm([](const FaultProcess::Voice& voice) { voice.say(create_semaphore_in_full()); });
  row.rounds = 1;
  row.observed = met.words;
  row.agrees = met.words.find("/dev/shm is full") != std::string::npos;
  if (row.agrees == false) { row.why = describe(met.end); }
  return row;
}

FaultRow control() {
  FaultRow row{.subject = "control: takes its size, and no memory", .expected = "killed by SIGBUS"};
  const InSmall met = in_small_shm([](const FaultProcess::Voice& voice) {
    std::signal(SIGBUS, SIG_DFL);
    const int file = open((shm_path + "/hollow").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (ftruncate(file, large) != 0) { voice.say("refused"); }
    void* const memory = mmap(nullptr, large, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    std::memset(memory, 1, large);
    voice.say("written");
  });
  row.rounds = 1;
  row.observed = met.words.empty() ? describe(met.end) : met.words;
  row.agrees = met.end.signalled && met.end.code == SIGBUS;
  return row;
}

std::vector<FaultRow> inject_full_shm(const FaultOrder& order) {
  std::vector<FaultRow> rows;
  const auto add = [&](const std::string& subject, const auto& make) {
    try {
      rows.push_back(make());
    } catch (const Unavailable& reason) { rows.push_back({.subject = subject, .why = reason.what()}); }
    if (order.on_round) { order.on_round(); }
  };
  for (const RegionKind kind : shm::all_region_kinds) {
    add(subject_of(kind), [kind] { return row_for(kind); });
  }
  add("named semaphore", row_of_semaphore);
  add("control: takes its size, and no memory", control);
  return rows;
}

}  // namespace

const Fault full_shm{.name = "full_shm", .summary = "/dev/shm has no room for what is to be created", .inject = inject_full_shm};

}  // namespace shmlab::crash
