#include <fmt/format.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "contract/error.hpp"
#include "crash/creation.hpp"
#include "crash/fault.hpp"
#include "crash/fault_process.hpp"
#include "measure/allowed_cpus.hpp"
#include "shm/futex.hpp"
#include "shm/region.hpp"

namespace shmlab::crash {
namespace {

using shm::RegionKind;

/// Half a word further than any page begins.
constexpr std::size_t off = 4;

/// Maps the region so that its words would lie across pages and lines, as a process that it is passed on to. What that says.
std::string map_misaligned(shm::Region& created) {
  FaultProcess other([&created](const FaultProcess::Voice& voice) {
    shm::AttachSpec spec = plain_region::attach_spec();
    std::byte* const room = created.payload() + (std::size_t{1} << 30U);
    spec.address_hint = room - shm::payload_offset + off;
    if (created.kind() == RegionKind::anonymous) {
      created.relocate(spec.address_hint);
    } else {
      plain_region::attach(created.kind(), created.name(), created.fd(), spec);
    }
    voice.say("mapped");
  });
  std::string words = other.hear();
  other.end();
  return words;
}

FaultRow row_for(RegionKind kind) {
  FaultRow row{.subject = subject_of(kind), .expected = "refused: an address inside a page"};
  shm::Region created = shm::Region::create(plain_region::spec(kind));
  plain_region::initialise(created.payload());
  created.mark_ready();
  const std::string words = map_misaligned(created);
  row.rounds = 1;
  row.agrees = words.starts_with("refused: ") && words.find("expected a multiple of 4096") != std::string::npos;
  row.observed = row.agrees == true ? "refused: expected a multiple of 4096" : words;
  if (row.agrees == false) { row.why = "it was not refused by name"; }
  return row;
}

/// Waits on a word that begins inside another. No object lies there: its address alone is what the kernel is to refuse.
__attribute__((no_sanitize("alignment"))) std::string wait_misaligned(const std::byte* word) {
  try {
    shm::futex_wait(*reinterpret_cast<const std::atomic<std::uint32_t>*>(word), 0, std::chrono::milliseconds{1});
  } catch (const std::system_error& error) { return strerrorname_np(error.code().value()); }
  return "waited";
}

/// What the kernel says to who waits on a word that lies across two words.
FaultRow row_of_futex() {
  FaultRow row{.subject = "futex word", .expected = "refused: EINVAL"};
  const shm::Region memory = shm::Region::create(plain_region::spec(RegionKind::anonymous));
  FaultProcess waiter([&memory](const FaultProcess::Voice& voice) { voice.say(wait_misaligned(memory.payload() + 2)); });
  row.rounds = 1;
  row.observed = waiter.hear();
  row.agrees = row.observed == "EINVAL";
  waiter.end();
  if (row.agrees == false) { row.why = "the kernel takes it"; }
  return row;
}

/// A word of eight bytes across two cache lines, as it would be in a region that is mapped so.
class StraddlingWord {
 public:
  static constexpr std::size_t line_bytes = 64;
  explicit StraddlingWord(std::byte* payload) : word_(payload + line_bytes - off) {}

  // A copy of a fixed eight bytes is one move, and of bytes it needs no alignment; volatile, so that it is made each time.
  void store(std::uint64_t value) {
    std::memcpy(word_, &value, sizeof value);
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  [[nodiscard]] std::uint64_t load() const {
    std::uint64_t value = 0;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    std::memcpy(&value, word_, sizeof value);
    return value;
  }

 private:
  std::byte* word_;
};

/// Reads until it sees a value that nobody has written. How many reads that took; 0: it never did.
std::uint64_t reads_until_torn(std::byte* payload) {
  constexpr std::uint64_t most = 1'000'000'000;
  const StraddlingWord word(payload);
  for (std::uint64_t read = 1; read <= most; ++read) {
    const std::uint64_t value = word.load();
    if (value != 0 && value != ~std::uint64_t{0}) { return read; }
  }
  return 0;
}

FaultRow control() {
  FaultRow row{.subject = "control: a word across two lines", .expected = "torn values"};
  if (measure::allowed_cpus().size() < 2) {
    row.why = "one CPU shows its stores whole";
    return row;
  }
  shm::RegionSpec spec = plain_region::spec(RegionKind::anonymous);
  spec.payload_bytes = 2 * StraddlingWord::line_bytes;
  const shm::Region memory = shm::Region::create(spec);
  const FaultProcess writer([&memory](const FaultProcess::Voice& /*voice*/) {
    measure::pin_this_thread(measure::allowed_cpus().front());
    StraddlingWord word(memory.payload());
    for (;;) {
      word.store(0);
      word.store(~std::uint64_t{0});
    }
  });
  FaultProcess reader([&memory](const FaultProcess::Voice& voice) {
    measure::pin_this_thread(measure::allowed_cpus().back());
    voice.say(std::to_string(reads_until_torn(memory.payload())));
  });
  const std::string reads = reader.hear();
  row.rounds = std::stoull("0" + reads);
  row.agrees = row.rounds != 0;
  row.observed = row.agrees == true ? "a value that nobody has written" : "none";
  return row;
}

std::vector<FaultRow> inject_misaligned(const FaultOrder& order) {
  std::vector<FaultRow> rows;
  for (const RegionKind kind : shm::all_region_kinds) {
    rows.push_back(row_for(kind));
    if (order.on_round) { order.on_round(); }
  }
  rows.push_back(row_of_futex());
  rows.push_back(control());
  return rows;
}

}  // namespace

const Fault misaligned{.name = "misaligned",
                       .summary = "A region is to be mapped so that its words lie across lines and pages",
                       .inject = inject_misaligned};

}  // namespace shmlab::crash
