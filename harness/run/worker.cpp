#include "run/worker.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>
#include <vector>

#include "contract/error.hpp"
#include "env/carried_descriptors.hpp"
#include "run/case_layout.hpp"
#include "run/message_socket.hpp"
#include "run/order_segment.hpp"
#include "run/participant.hpp"
#include "run/resource_limits.hpp"
#include "shm/mapping_address.hpp"
#include "shm/region.hpp"

namespace shmlab::run {
namespace {

/// false: this process is not to be used again.
bool do_job(const CaseOrder& order, const Job& job, std::vector<FileDescriptor> descriptors) {
  const std::size_t due = 1 + std::size_t{order.descriptors};
  if (descriptors.size() != due) {
    throw BadInput(fmt::format("{} of {} descriptors have arrived (see ulimit -n)", descriptors.size(), due));
  }
  FileDescriptor fd = std::move(descriptors.front());
  descriptors.erase(descriptors.begin());
  const env::CarriedScope carried;
  env::CarriedDescriptors::adopt(std::move(descriptors));
  shm::AttachSpec spec;
  spec.fingerprint = fingerprint_of_build();
  shm::Region region = shm::Region::attach_fd(fd.release(), spec);
  shm::map_apart(job.participant, region.mapped_bytes(), [&](void* address) { region.relocate(address); });
  adopt(order);
  limit_cpu_time();
  return run_participant(order, region.payload(), job.participant);
}

}  // namespace

void work(int socket) {
  try {
    limit_resources();
    const CaseOrder& order = map_orders(OrderSegment::inherited_fd());
    for (;;) {
      Job job;
      Received received = receive_message(socket, &job, sizeof job);
      if (!received.whole) { _exit(EXIT_SUCCESS); }
      const bool spent = !do_job(order, job, std::move(received.descriptors));
      const JobDone done{job.participant, spent};
      if (!send_message(socket, &done, sizeof done) || spent) { _exit(EXIT_SUCCESS); }
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "shmlab: a pool worker ends: {}\n", error.what());
    _exit(EXIT_FAILURE);
  }
}

}  // namespace shmlab::run
