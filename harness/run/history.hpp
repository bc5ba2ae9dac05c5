#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "catalogue/entry.hpp"
#include "contract/history.hpp"
#include "contract/verdict.hpp"
#include "measure/record.hpp"
#include "run/case_layout.hpp"

namespace shmlab::run {

/// What the participants of a case recorded: `records` are theirs, in the order of their index.
std::vector<Event> history_of(const CaseLayout& layout, std::byte* payload, std::span<const measure::Record> records,
                              std::uint32_t participants);

/// The verdict of the scenario on the recorded history; ok when it records none, unknown when events were lost.
Verdict judge_history(const catalogue::CaseCode& code, const ParamValues& values, const CaseLayout& layout, std::byte* payload,
                      std::span<const measure::Record> records, std::uint32_t participants);

}  // namespace shmlab::run
