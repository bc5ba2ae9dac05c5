#include "cli/option_value.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <system_error>
#include <vector>

#include "contract/error.hpp"
#include "contract/nearest.hpp"

namespace shmlab::cli {
namespace {

constexpr std::chrono::nanoseconds longest = std::chrono::hours{24};

struct Unit {
  std::string_view name;
  std::chrono::nanoseconds length;
};
constexpr std::array units{Unit{"ms", std::chrono::milliseconds{1}}, Unit{"s", std::chrono::seconds{1}},
                           Unit{"m", std::chrono::minutes{1}}, Unit{"h", std::chrono::hours{1}}};

/// Reads the digits at the beginning and takes them away; false when there are none, or more than fit.
bool take_number(std::string_view& text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc{};
}

}  // namespace

std::uint64_t whole_number(std::string_view option, std::string_view text, std::uint64_t low, std::uint64_t high) {
  std::uint64_t value = 0;
  std::string_view rest = text;
  if (!take_number(rest, value) || !rest.empty() || value < low || value > high) {
    throw BadInput(fmt::format("{} is '{}': expected a whole number from {} to {}", option, text, low, high));
  }
  return value;
}

std::chrono::nanoseconds duration(std::string_view option, std::string_view text) {
  std::uint64_t value = 0;
  std::string_view rest = text;
  if (take_number(rest, value)) {
    const auto unit = std::ranges::find(units, rest, &Unit::name);
    if (unit != units.end() && value >= 1 && value <= static_cast<std::uint64_t>(longest / unit->length)) {
      return static_cast<std::chrono::nanoseconds::rep>(value) * unit->length;
    }
  }
  throw BadInput(fmt::format("{} is '{}': expected a whole number and ms, s, m or h, such as 30s, at most 24h", option, text));
}

run::Lane lane_from(std::string_view name) {
  std::vector<std::string_view> names;
  for (const run::Lane lane : run::all_lanes) {
    if (to_string(lane) == name) { return lane; }
    names.push_back(to_string(lane));
  }
  throw unknown_name("lane", name, names);
}

}  // namespace shmlab::cli
