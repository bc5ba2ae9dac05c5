#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "crash/creation.hpp"
#include "crash/fault.hpp"
#include "crash/fault_process.hpp"
#include "shm/region.hpp"

namespace shmlab::crash {
namespace {

using shm::RegionHeader;
using shm::RegionKind;

struct Field {
  std::string_view word;  ///< that a refusal names it by
  std::size_t offset;
  std::size_t bytes;
};
constexpr std::array fields{
    Field{"magic: expected", offsetof(RegionHeader, magic), sizeof(RegionHeader::magic)},
    Field{"layout version: expected", offsetof(RegionHeader, layout_version), sizeof(RegionHeader::layout_version)},
    Field{"kind: expected", offsetof(RegionHeader, kind), sizeof(RegionHeader::kind)},
    Field{"fingerprint: expected", offsetof(RegionHeader, fingerprint), sizeof(RegionHeader::fingerprint)},
    Field{"payload size: expected", offsetof(RegionHeader, payload_bytes), sizeof(RegionHeader::payload_bytes)},
    Field{"creator: process", offsetof(RegionHeader, creator_start_time), sizeof(RegionHeader::creator_start_time)},
    Field{"creator: process", offsetof(RegionHeader, creator_pid), sizeof(RegionHeader::creator_pid)},
    Field{"state: expected", offsetof(RegionHeader, state), sizeof(RegionHeader::state)},
    Field{"does not fit its check", offsetof(RegionHeader, creator_check), sizeof(RegionHeader::creator_check)}};

constexpr std::size_t bytes_of_fields() {
  std::size_t sum = 0;
  for (const Field& field : fields) { sum += field.bytes; }
  return sum;
}
static_assert(bytes_of_fields() == sizeof(RegionHeader), "a field is missing");

/// Attaches whenever it gets a word, and says what it met.
FaultProcess attacher(const shm::Region& created) {
  return FaultProcess([&created](const FaultProcess::Voice& voice) {
    for (;;) {
      voice.await_word();
      try {
        const shm::Region region = plain_region::attach(created.kind(), created.name(), created.fd());
        voice.say("attached");
      } catch (const std::exception& refusal) { voice.say(refusal.what()); }
    }
  });
}

FaultRow row_for(RegionKind kind, std::uint64_t& right_magic) {
  FaultRow row{.subject = subject_of(kind), .expected = "each byte of each field is refused, by the field's name"};
  if (kind == RegionKind::anonymous) {
    row.why = "nobody attaches to it: it is inherited";
    return row;
  }
  shm::Region created = shm::Region::create(plain_region::spec(kind));
  plain_region::initialise(created.payload());
  created.mark_ready();
  std::byte* const header = created.payload() - shm::payload_offset;
  FaultProcess other = attacher(created);
  const auto answer = [&other] {
    other.give_word();
    return other.hear();
  };
  std::uint64_t refused = 0;
  for (const Field& field : fields) {
    for (std::size_t i = field.offset; i < field.offset + field.bytes; ++i) {
      header[i] = ~header[i];
      const std::string words = answer();
      right_magic += created.header().magic == shm::region_magic ? 1 : 0;
      header[i] = ~header[i];
      ++row.rounds;
      const bool is_named = words.find(field.word) != std::string::npos;
      refused += is_named ? 1 : 0;
      if (!is_named && row.why.empty()) { row.why = fmt::format("byte {}, of '{}': {}", i, field.word, words); }
    }
  }
  const bool holds_undamaged = answer() == "attached";
  if (!holds_undamaged) { row.why = "undamaged again it was refused as well"; }
  row.observed =
      fmt::format("{} of {} refused; {} when undamaged", refused, row.rounds, holds_undamaged ? "attached" : "refused");
  row.agrees = refused == row.rounds && holds_undamaged;
  return row;
}

std::vector<FaultRow> inject_damaged_header(const FaultOrder& order) {
  std::vector<FaultRow> rows;
  std::uint64_t right_magic = 0;
  std::uint64_t rounds = 0;
  for (const RegionKind kind : shm::all_region_kinds) {
    rows.push_back(row_for(kind, right_magic));
    rounds += rows.back().rounds;
    if (order.on_round) { order.on_round(); }
  }
  rows.push_back({.subject = "control: looks at the magic only",
                  .expected = "takes damaged headers",
                  .observed = fmt::format("takes {} of {}", right_magic, rounds),
                  .agrees = right_magic != 0,
                  .rounds = rounds});
  return rows;
}

}  // namespace

const Fault damaged_header{.name = "damaged_header",
                           .summary = "The fields of a region's header are damaged, one byte after the other",
                           .inject = inject_damaged_header};

}  // namespace shmlab::crash
