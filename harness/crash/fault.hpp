#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/entry.hpp"

namespace shmlab::crash {

/// What one fault did to one thing.
struct FaultRow {
  std::string fault{};           ///< Fault::name
  std::string subject{};         ///< "posix_shm region", the name of a strategy, or "control: ..." for what has to be caught
  std::string expected{};        ///< what must happen
  std::string observed{};        ///< what happened; empty when the fault could not be injected
  std::optional<bool> agrees{};  ///< nothing: the fault could not be injected, or is none here
  std::string why{};             ///< it does not agree, or was not injected
  std::uint64_t rounds = 0;      ///< how often it was injected
};

/// How faults are injected.
struct FaultOrder {
  std::vector<const catalogue::StrategyEntry*> strategies;  ///< that faults of strategies are injected into
  std::uint64_t rounds = 10'000;     ///< of each fault whose outcome is a matter of chance, over all its subjects
  std::function<void()> on_round{};  ///< called every now and then; may be empty
};

/// Something that goes wrong outside a strategy's control, injected into real processes.
struct Fault {
  std::string_view name;
  std::string_view summary;  ///< one line
  /// A row for each region kind or strategy that it concerns, those with a reason where it cannot be injected included. Leaves no process and
  /// no name behind. Throws Interrupted, BadInput when the system has no process left.
  std::vector<FaultRow> (*inject)(const FaultOrder& order) = nullptr;
};

/// All faults, in the order of the tables. A fault is one file, fault_*.cpp, and one line there.
std::span<const Fault> faults();
/// Those that a name or glob stands for. Throws BadInput for one that stands for none.
std::vector<const Fault*> faults_matching(const std::string& pattern);
/// The rows of one fault: a subject whose processes neither answer nor end is a row that does not agree.
std::vector<FaultRow> inject(const Fault& fault, const FaultOrder& order);

extern const Fault creator_dies;
extern const Fault init_race;
extern const Fault truncation;
extern const Fault damaged_header;
extern const Fault stale_names;
extern const Fault full_shm;
extern const Fault misaligned;
extern const Fault pid_reuse;

}  // namespace shmlab::crash
