#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace shmlab {

/// Three answers: a time-out or an unordered death is never ok.
enum class Judgement : std::uint8_t { ok, violated, unknown };

constexpr std::string_view to_string(Judgement judgement) {
  switch (judgement) {
    case Judgement::ok: return "ok";
    case Judgement::violated: return "violated";
    case Judgement::unknown: return "unknown";
  }
  return "unknown";
}

/// A judgement and, unless it is ok, the reason in one line.
struct Verdict {
  Judgement judgement = Judgement::unknown;
  std::string why;
  std::string detail{};  ///< lines that show it, for a finding; may be empty

  static Verdict ok() { return {Judgement::ok, {}, {}}; }
  static Verdict violated(std::string why) { return {Judgement::violated, std::move(why), {}}; }
  static Verdict unknown(std::string why) { return {Judgement::unknown, std::move(why), {}}; }
  [[nodiscard]] bool is_ok() const { return judgement == Judgement::ok; }
};

}  // namespace shmlab
