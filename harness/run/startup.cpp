#include "run/startup.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "run/interrupt.hpp"
#include "run/janitor.hpp"
#include "run/resource_limits.hpp"
#include "shm/truncation_guard.hpp"

namespace shmlab::run {
namespace {

constexpr int exit_bad_input = 2;
pid_t runner = 0;

/// The runner alone says it: those that it forked have lost the same region.
int tell_of_loss(std::string_view line) {
  if (getpid() != runner) { return shm::lost_region_exit_code; }
  constexpr std::string_view begin = "shmlab: ";
  constexpr std::string_view end = "\n";
  std::array<iovec, 3> parts{};
  const std::array<std::string_view, 3> texts{begin, line, end};
  for (std::size_t i = 0; i < texts.size(); ++i) { parts[i] = {const_cast<char*>(texts[i].data()), texts[i].size()}; }
  // An error leaves the exit code to say it; no part is written to.
  [[maybe_unused]] const ssize_t written = writev(STDERR_FILENO, parts.data(), static_cast<int>(parts.size()));
  return exit_bad_input;
}

}  // namespace

void start_runner() {
  start_janitor();
  catch_interrupts();
  let_interrupts_through();
  runner = getpid();
  limit_tasks();
  shm::guard_against_truncation(tell_of_loss);
}

}  // namespace shmlab::run
