#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "contract/history.hpp"
#include "contract/scenario.hpp"
#include "fault/turn_table.hpp"
#include "measure/record.hpp"
#include "run/turn_area.hpp"

/// What participants write into the region is their word, and one that runs wild may write anything anywhere. The runner reads it through these:
/// nothing in the region leads it astray, and what cannot be true is said to be so.
namespace shmlab::run {

/// Acquire: pairs with the release of Phase::finished in Session::end(); the record is final. One that there is not counts as running.
measure::Phase phase_of(const measure::Record& record);
/// Up to the end of the text or of the room for it.
std::string_view text_in(std::span<const char> room);
/// The name of the step that a participant says it is in.
std::string step_of(const measure::Record& record, const ScenarioDescriptor& scenario);

/// Why a participant's session cannot have written that, in a few words; empty: it can. `events`: how many its log holds.
std::string nonsense_in(const measure::Record& record, const ScenarioDescriptor& scenario, std::size_t events);
/// Of the first events of a participant's log.
std::string nonsense_in(std::span<const Event> events, std::uint32_t participant);
/// Of what comes of a search of schedules.
std::string nonsense_in(const TurnArea& turns, std::span<const fault::TraceEntry> trace, std::uint32_t participants);

}  // namespace shmlab::run
