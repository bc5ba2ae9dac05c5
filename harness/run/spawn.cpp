#include "run/spawn.hpp"

#include <fmt/core.h>
#include <spawn.h>
#include <unistd.h>

#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

#include "contract/error.hpp"
#include "run/order_segment.hpp"
#include "run/participant_arguments.hpp"
#include "shm/run_names.hpp"

namespace shmlab::run {
namespace {

/// posix_spawn's attribute objects with a lifetime.
class SpawnSetup {
 public:
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions_);  // glibc's never fails
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  /// The child gets `from` as `to`, without close-on-exec, also when both are the same.
  void pass(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void own_process_group() {
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::vector<std::string> environment_for(const ParticipantOrder& order) {
  constexpr std::string_view tsan_options = "TSAN_OPTIONS=";
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const bool replaced = !order.sanitizer_log.empty() && std::string_view(*entry).starts_with(tsan_options);
    if (!replaced) { environment.emplace_back(*entry); }
  }
  // Set here and not inherited: report_bugs=0 or exitcode=0 from outside would disarm the lane in silence.
  if (!order.sanitizer_log.empty()) {
    environment.push_back(
        fmt::format("{}report_bugs=1:exitcode=0:halt_on_error=0:log_path={}", tsan_options, order.sanitizer_log));
  }
  return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& string : strings) { pointers.push_back(string.data()); }
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Child spawn_participant(const ParticipantOrder& order) {
  std::vector<std::string> arguments{"shmlab",
                                     std::string(participant_word),
                                     std::to_string(participant_region_fd),
                                     std::to_string(participant_order_fd),
                                     order.index ? std::to_string(*order.index) : std::string(all_as_threads),
                                     shm::run_id(),
                                     std::to_string(getpid())};
  std::vector<std::string> environment = environment_for(order);
  SpawnSetup setup;
  // None of the later ones is taken for the number that an earlier one gets: they are above all those (carried_descriptors.cpp, order_segment.cpp).
  setup.pass(order.descriptors.front(), participant_region_fd);
  setup.pass(OrderSegment::instance().fd(), participant_order_fd);
  for (std::size_t i = 1; i < order.descriptors.size(); ++i) {
    setup.pass(order.descriptors[i], participant_first_carried_fd + static_cast<int>(i) - 1);
  }
  setup.own_process_group();

  pid_t pid = 0;
  const int error = posix_spawn(&pid, "/proc/self/exe", setup.actions(), setup.attributes(), pointers_to(arguments).data(),
                                pointers_to(environment).data());
  if (error != 0) { throw BadInput(fmt::format("cannot start a participant process: {}", std::strerror(error))); }
  return Child(pid);
}

}  // namespace shmlab::run
