#pragma once

#include <memory>

#include "run/case_order.hpp"
#include "run/message_socket.hpp"

namespace shmlab::run {

/// The runner's orders in memory of their own, which nobody else can map for writing (fcntl(2), F_SEAL_FUTURE_WRITE): one segment for all cases
/// of a process, since they follow each other. Who is forked does not inherit the writable mapping.
class OrderSegment {
 public:
  /// That of this process, made at first use; a process forked from this one makes its own. Throws Unavailable where there is no memfd, BadInput
  /// when there is no room.
  static OrderSegment& instance();
  /// The descriptor of the segment that this process has made, or inherited from who forked it; -1: none.
  static int inherited_fd();

  OrderSegment();
  ~OrderSegment();
  OrderSegment(const OrderSegment&) = delete;
  OrderSegment& operator=(const OrderSegment&) = delete;

  /// A blank order. Nobody follows an earlier one any more.
  CaseOrder& begin();
  [[nodiscard]] CaseOrder& order() const { return *order_; }
  /// Close-on-exec, and none of those that a participant gets by number.
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  static std::unique_ptr<OrderSegment>& current();

  FileDescriptor fd_;
  CaseOrder* order_ = nullptr;
};

/// Maps the orders that a runner keeps behind `fd`, for reading and for good. Throws BadInput when they are not there.
const CaseOrder& map_orders(int fd);

}  // namespace shmlab::run
