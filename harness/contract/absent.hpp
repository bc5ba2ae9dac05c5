#pragma once

#include <cstddef>
#include <span>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/error.hpp"

namespace shmlab {

/// What a strategy is that cannot be had, so that its row is there with its reason: unavailable() says why, and none of the rest is ever called.
class Absent {
 public:
  static Footprint footprint(const Config& /*config*/) { return {}; }
  static void create(void* /*memory*/, const Config& /*config*/) { refuse(); }
  Absent(void* /*memory*/, const Config& /*config*/, Participant /*self*/) { refuse(); }

 protected:
  [[noreturn]] static void refuse() { throw Unavailable("a strategy that cannot be had was asked to run"); }
};

class AbsentLock : public Absent {
 public:
  using Absent::Absent;
  Acquired lock() { refuse(); }
  void unlock() { refuse(); }
};

class AbsentChannel : public Absent {
 public:
  using Absent::Absent;
  bool try_send(std::span<const std::byte> /*message*/) { refuse(); }
  bool try_receive(std::span<std::byte> /*into*/) { refuse(); }
  void send(std::span<const std::byte> /*message*/) { refuse(); }
  void receive(std::span<std::byte> /*into*/) { refuse(); }
  std::span<std::byte> reserve() { refuse(); }
  void commit() { refuse(); }
  std::span<const std::byte> front() { refuse(); }
  void release() { refuse(); }
};

class AbsentBulkChannel : public AbsentChannel {
 public:
  using AbsentChannel::AbsentChannel;
  std::size_t send_bulk(std::span<const std::byte> /*messages*/) { refuse(); }
  std::size_t receive_bulk(std::span<std::byte> /*into*/) { refuse(); }
};

}  // namespace shmlab
