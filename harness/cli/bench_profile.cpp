#include "cli/bench_profile.hpp"

#include <fmt/core.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "contract/nearest.hpp"

namespace shmlab::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::array profiles{
    BenchProfile{"smoke", "seconds; shows that it works, measures nothing worth keeping", 2, {milliseconds{10}, milliseconds{5}}},
    BenchProfile{"quick", "under 3 minutes for the standard set", 7, {milliseconds{100}, milliseconds{30}}},
    BenchProfile{"standard", "under 10 minutes for the standard set", 15, {milliseconds{200}, milliseconds{50}}},
    BenchProfile{"full", "as long as it takes", 31, {milliseconds{400}, milliseconds{100}}},
};

}  // namespace

const BenchProfile& bench_profile(std::string_view name) {
  std::vector<std::string_view> names;
  for (const BenchProfile& profile : profiles) {
    if (profile.name == name) { return profile; }
    names.push_back(profile.name);
  }
  throw unknown_name("profile", name, names);
}

std::string bench_profiles_text() {
  std::string text;
  for (const BenchProfile& profile : profiles) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", profile.name, profile.summary);
  }
  return text;
}

}  // namespace shmlab::cli
