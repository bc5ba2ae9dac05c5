#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "contract/error.hpp"
#include "env/carried_descriptors.hpp"
#include "run/case_layout.hpp"
#include "run/die_with_parent.hpp"
#include "run/order_segment.hpp"
#include "run/participant.hpp"
#include "run/participant_arguments.hpp"
#include "run/privileges.hpp"
#include "run/resource_limits.hpp"
#include "run/startup.hpp"
#include "shm/mapping_address.hpp"
#include "shm/region.hpp"
#include "shm/run_names.hpp"
#include "shm/truncation_guard.hpp"

namespace shmlab::run {
namespace {

constexpr int exit_ok = 0;
constexpr int exit_bad_input = 2;

template <class Number>
Number number(std::string_view text, std::string_view what) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw BadInput(fmt::format("{}: {} '{}' is not a number", participant_word, what, text));
  }
  return value;
}

shm::Region attach(int fd, std::uint32_t index) {
  shm::AttachSpec spec;
  spec.fingerprint = fingerprint_of_build();
  shm::Region region = shm::Region::attach_fd(fd, spec);
  shm::map_apart(index, region.mapped_bytes(), [&](void* address) { region.relocate(address); });
  return region;
}

/// What the objects of the case carry; nobody who is started from here inherits it.
std::vector<FileDescriptor> carried(const CaseOrder& order) {
  std::vector<FileDescriptor> descriptors;
  for (std::uint32_t i = 0; i < order.descriptors; ++i) {
    const int fd = participant_first_carried_fd + static_cast<int>(i);
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
      throw BadInput(fmt::format("{}: descriptor {} is not open", participant_word, fd));
    }
    descriptors.emplace_back(fd);
  }
  return descriptors;
}

void run_as_threads(const CaseOrder& order, shm::Region& region) {
  std::vector<std::jthread> threads;
  threads.reserve(order.parties);
  for (std::uint32_t i = 0; i < order.parties; ++i) {
    threads.emplace_back([&order, &region, i] { run_participant(order, region.payload(), i); });
  }
}

void run_order(std::span<char*> arguments) {
  if (arguments.size() != participant_argument_count) {
    throw BadInput(fmt::format("{} is for shmlab itself: expected REGION_FD ORDER_FD INDEX|{} RUN_ID RUNNER_PID",
                               participant_word, all_as_threads));
  }
  const int fd = number<int>(arguments[2], "descriptor");
  const auto order_fd = number<int>(arguments[3], "descriptor of the orders");
  const std::string_view who = arguments[4];
  const auto runner = number<pid_t>(arguments[6], "runner");
  if (fcntl(fd, F_GETFD) < 0) { throw BadInput(fmt::format("{}: descriptor {} is not open", participant_word, fd)); }
  shm::adopt_run_id(arguments[5]);
  die_with_parent(runner);
  const CaseOrder& order = map_orders(order_fd);
  close(order_fd);  // cannot fail: it is open, and what is mapped stays
  adopt(order);
  env::CarriedDescriptors::adopt(carried(order));
  if (who == all_as_threads) {
    shm::AttachSpec spec;
    spec.fingerprint = fingerprint_of_build();
    shm::Region region = shm::Region::attach_fd(fd, spec);
    limit_resources();
    run_as_threads(order, region);
  } else {
    const auto index = number<std::uint32_t>(who, "participant");
    shm::Region region = attach(fd, index);
    if (index >= order.parties) { throw BadInput(fmt::format("{}: the case has no participant {}", participant_word, index)); }
    limit_resources();
    run_participant(order, region.payload(), index);
  }
}

}  // namespace

std::optional<int> participant_main(int argc, char** argv) {
  if (argc < 2 || std::string_view(argv[1]) != participant_word) { return std::nullopt; }
  try {
    refuse_foreign_rights();
    shm::guard_against_truncation([](std::string_view /*line*/) { return shm::lost_region_exit_code; });  // its runner says it
    run_order({argv, static_cast<std::size_t>(argc)});
    return exit_ok;
  } catch (const std::exception& error) {
    fmt::print(stderr, "shmlab: {}\n", error.what());
    return exit_bad_input;
  }
}

}  // namespace shmlab::run
