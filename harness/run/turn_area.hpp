#pragma once

#include <array>
#include <cstdint>

#include "contract/verdict.hpp"
#include "fault/turn_table.hpp"
#include "measure/record.hpp"

namespace shmlab::run {

/// What the conductor (the process of participant 0) leaves for the runner.
struct SearchReport {
  std::uint64_t schedules = 0;  ///< runs
  Judgement judgement = Judgement::ok;
  bool judged = false;              ///< false while the search goes on
  std::array<char, 2048> why{};     ///< NUL-terminated
  std::array<char, 8192> detail{};  ///< NUL-terminated
};

/// What participants that take turns share besides the case.
struct TurnArea {
  fault::TurnTable table;
  SearchReport report;
  std::array<measure::Record, fault::max_seats> records{};  ///< of one run
};

}  // namespace shmlab::run
