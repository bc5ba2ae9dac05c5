#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shmlab {

/// How a participant ended.
enum class Ending : std::uint8_t {
  finished,  ///< its body returned
  died,      ///< killed by a signal, or it exited by itself, with nobody having ordered it
  stranded,  ///< asleep for good: nobody is left who could wake it
  overdue,   ///< still running at the deadline
  cancelled  ///< stopped by the supervisor because another participant's finding ended the case
};

constexpr std::string_view to_string(Ending ending) {
  switch (ending) {
    case Ending::finished: return "finished";
    case Ending::died: return "died";
    case Ending::stranded: return "stranded";
    case Ending::overdue: return "overdue";
    case Ending::cancelled: return "cancelled";
  }
  return "unknown";
}

/// What became of one participant, as the judge sees it.
struct Outcome {
  std::uint32_t index = 0;
  std::uint32_t role = 0;  ///< index into ScenarioDescriptor::roles
  Ending ending = Ending::overdue;
  std::uint64_t operations = 0;  ///< completed, as reported by its Session
  std::uint32_t step = 0;        ///< last step entered, index into ScenarioDescriptor::steps
  std::string detail;            ///< signal, exit code, or where it sleeps
};

}  // namespace shmlab
