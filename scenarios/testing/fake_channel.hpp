#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "scenarios/testing/abandon.hpp"

namespace shmlab::scenarios::testing {

/// A channel for threads: a queue under std::mutex, and what a test wants to go wrong with the message of a certain number.
class FakeChannel {
 public:
  enum class Fault : std::uint8_t {
    none,
    drop,       ///< it is lost
    duplicate,  ///< it comes twice
    overtaken,  ///< it comes after the one after it
    corrupt,    ///< the highest bit of its last byte is turned over
    blank       ///< it comes as zeros
  };
  using Message = std::vector<std::byte>;
  /// What the endpoints share.
  struct State {
    Abandon* abandon = nullptr;
    std::size_t payload_bytes = 8;
    std::size_t capacity = 64;
    Fault fault = Fault::none;
    std::uint64_t faulty = 0;  ///< number of the message with the fault, from 1 on
    std::mutex mutex;
    std::deque<Message> queue;
    std::size_t in_hand = 0;  ///< slots between reserve() and commit(), or front() and release()
    std::uint64_t sent = 0;
    std::function<void()> before_send{};  ///< called by whoever tries to send

    [[nodiscard]] bool is_full() const { return queue.size() + in_hand >= capacity; }
  };

  explicit FakeChannel(State& state) : state_(&state) {}

  bool try_send(std::span<const std::byte> message) {
    if (state_->before_send) { state_->before_send(); }
    state_->abandon->check();
    const std::scoped_lock guard(state_->mutex);
    if (state_->is_full()) { return false; }
    push({message.begin(), message.end()});
    state_->abandon->changed();
    return true;
  }
  bool try_receive(std::span<std::byte> into) {
    state_->abandon->check();
    const std::scoped_lock guard(state_->mutex);
    if (state_->queue.empty()) { return false; }
    std::copy(state_->queue.front().begin(), state_->queue.front().end(), into.begin());
    state_->queue.pop_front();
    state_->abandon->changed();
    return true;
  }
  void send(std::span<const std::byte> message) {
    state_->abandon->wait_until([&] { return try_send(message); });
  }
  void receive(std::span<std::byte> into) {
    state_->abandon->wait_until([&] { return try_receive(into); });
  }

  std::size_t send_bulk(std::span<const std::byte> messages) {
    std::size_t sent = 0;
    while (sent * state_->payload_bytes < messages.size() &&
           try_send(messages.subspan(sent * state_->payload_bytes, state_->payload_bytes))) {
      ++sent;
    }
    return sent;
  }
  std::size_t receive_bulk(std::span<std::byte> into) {
    std::size_t received = 0;
    while (received * state_->payload_bytes < into.size() &&
           try_receive(into.subspan(received * state_->payload_bytes, state_->payload_bytes))) {
      ++received;
    }
    return received;
  }

  std::span<std::byte> reserve() {
    state_->abandon->check();
    const std::scoped_lock guard(state_->mutex);
    if (state_->is_full()) { return {}; }
    ++state_->in_hand;
    slot_.resize(state_->payload_bytes);
    return slot_;
  }
  void commit() {
    const std::scoped_lock guard(state_->mutex);
    --state_->in_hand;
    push(slot_);
    state_->abandon->changed();
  }
  std::span<const std::byte> front() {
    state_->abandon->check();
    const std::scoped_lock guard(state_->mutex);
    if (state_->queue.empty()) { return {}; }
    slot_ = std::move(state_->queue.front());
    state_->queue.pop_front();
    ++state_->in_hand;
    return slot_;
  }
  void release() {
    const std::scoped_lock guard(state_->mutex);
    --state_->in_hand;
    state_->abandon->changed();
  }

 private:
  void push(Message message) {
    const Fault fault = ++state_->sent == state_->faulty ? state_->fault : Fault::none;
    std::deque<Message>& queue = state_->queue;
    switch (fault) {
      case Fault::none: queue.push_back(std::move(message)); break;
      case Fault::drop: break;
      case Fault::duplicate:
        queue.push_back(message);
        queue.push_back(std::move(message));
        break;
      case Fault::overtaken: held_back_ = std::move(message); return;
      case Fault::corrupt:
        message.back() ^= std::byte{0x80};
        queue.push_back(std::move(message));
        break;
      case Fault::blank: queue.emplace_back(message.size()); break;
    }
    if (!held_back_.empty()) {
      queue.push_back(std::move(held_back_));
      held_back_.clear();
    }
  }

  State* state_;
  Message slot_;       ///< what reserve() or front() gave out
  Message held_back_;  ///< of the producer: waits for the next one to go first
};

}  // namespace shmlab::scenarios::testing
