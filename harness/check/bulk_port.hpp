#pragma once

#include <cstddef>
#include <span>

#include "check/line_buffer.hpp"
#include "contract/patience.hpp"

namespace shmlab::check {

/// Room for several messages one behind the other, and their way through one endpoint of a channel that moves several a call.
template <class Env, class S>
class BulkPort {
 public:
  /// `most`: messages a call.
  BulkPort(S& channel, std::size_t bytes, std::size_t most) : channel_(channel), bytes_(bytes), messages_(bytes * most) {}

  [[nodiscard]] std::span<std::byte> message(std::size_t i) { return messages_.whole().subspan(i * bytes_, bytes_); }

  /// Sends the first `count` messages, all at once if there is room. Calls on_full() once if it has to wait.
  template <class OnFull>
  void send(std::size_t count, OnFull on_full) {
    std::span<const std::byte> rest = messages_.whole().first(count * bytes_);
    rest = rest.subspan(channel_.send_bulk(rest) * bytes_);
    if (rest.empty()) [[likely]] { return; }
    on_full();
    for (Patience<Env> patience; !rest.empty(); patience.poll()) { rest = rest.subspan(channel_.send_bulk(rest) * bytes_); }
  }
  /// Waits for at least one message and takes what there is; returns how many. Calls on_empty() once if it has to wait.
  template <class OnEmpty>
  std::size_t receive(OnEmpty on_empty) {
    std::size_t received = channel_.receive_bulk(messages_.whole());
    if (received == 0) [[unlikely]] {
      on_empty();
      for (Patience<Env> patience; (received = channel_.receive_bulk(messages_.whole())) == 0;) { patience.poll(); }
    }
    return received;
  }

 private:
  S& channel_;
  std::size_t bytes_;
  LineBuffer messages_;
};

}  // namespace shmlab::check
