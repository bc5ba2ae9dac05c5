#include "cli/bench_profile.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ratio>
#include <string>
#include <vector>

#include "contract/nearest.hpp"

namespace shmlab::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array profiles{
    BenchProfile{"smoke", "seconds; shows that it works, measures nothing worth keeping", 2, {milliseconds{10}, milliseconds{5}}},
    BenchProfile{
        "quick", "under 3 minutes, with samples of up to 100 ms", 5, {milliseconds{100}, milliseconds{30}}, seconds{140}},
    BenchProfile{
        "standard", "under 10 minutes, with samples of up to 200 ms", 15, {milliseconds{200}, milliseconds{50}}, seconds{480}},
    BenchProfile{"full", "as long as it takes", 31, {milliseconds{400}, milliseconds{100}}},
};

/// What a sample costs besides: two runs of processes, with a look at the floor before and after.
constexpr milliseconds around_a_sample{35};
constexpr double least_share = 0.1;

}  // namespace

run::MeasurementTimes times_within(const BenchProfile& profile, std::size_t cases, std::uint32_t repetitions) {
  if (profile.whole_set.count() == 0 || cases == 0) { return profile.times; }
  using Milliseconds = std::chrono::duration<double, std::milli>;
  // The canary before a case's first sample takes as long as one.
  const double samples = static_cast<double>(cases) * (static_cast<double>(repetitions) + 1);
  const Milliseconds each = Milliseconds(profile.whole_set) / samples - around_a_sample;
  const double share = std::clamp(each / Milliseconds(profile.times.throughput + profile.times.latency), least_share, 1.0);
  const auto shortened = [share](std::chrono::nanoseconds time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time * share);
  };
  return {shortened(profile.times.throughput), shortened(profile.times.latency)};
}

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
