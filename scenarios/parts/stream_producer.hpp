#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "check/bulk_port.hpp"
#include "check/pattern.hpp"
#include "contract/face.hpp"
#include "contract/patience.hpp"
#include "measure/clock.hpp"
#include "measure/session.hpp"
#include "scenarios/parts/arrivals.hpp"
#include "scenarios/parts/stream_format.hpp"

namespace shmlab::scenarios::stream {

template <class Content, class Env, class S>
class Producer {
 public:
  Producer(S& channel, const Params& values, measure::Session& session)
      : channel_(channel), session_(session), format_(values, session), local_(format_.bytes) {}

  void run() {
    session_.step(step_send);
    while (session_.more()) {
      const std::uint64_t batch = session_.batch();
      for (std::uint64_t i = 0; i < batch; ++i) { send(next_number(), nullptr); }
      session_.done(batch);
    }
    end();
  }

  /// Sends what arrives, as soon as it does and the one before it is sent.
  void run_open(std::uint64_t interval_ns) {
    Arrivals<Env> arrivals(interval_ns);
    for (; session_.more(); session_.done()) {
      session_.step(step_await_arrival);
      if (!arrivals.await_next(session_)) { break; }
      session_.step(step_send);
      const std::uint64_t due = arrivals.due();
      send(number_after(due), &due);
      flush(channel_);
    }
    end();
  }

  void run_in_bulk() {
    session_.step(step_send);
    check::BulkPort<Env, S> port(channel_, format_.bytes, format_.bulk);
    while (session_.more()) {
      const std::uint64_t count = std::min<std::uint64_t>(session_.batch(), format_.bulk);
      for (std::size_t i = 0; i < count; ++i) { write<check::LocalMemory>(port.message(i), next_number(), nullptr); }
      send(port, count);
      session_.done(count);
    }
    write<check::LocalMemory>(port.message(0), last_word, nullptr);
    send(port, 1);
    flush(channel_);
  }

 private:
  void end() {
    send(last_word, nullptr);
    flush(channel_);
  }

  std::uint64_t next_number() { return format_.stamp_is_number ? number_after(measure::Clock::now()) : ++number_; }
  /// Where the stamp is the number: `time`, or what it takes to be more than the last one.
  std::uint64_t number_after(std::uint64_t time) {
    number_ = format_.stamp_is_number ? std::max(number_ + 1, time) : number_ + 1;
    return number_;
  }

  /// `time`: the stamp; nullptr: when it is written.
  template <class Memory>
  void write(std::span<std::byte> into, std::uint64_t number, const std::uint64_t* time) {
    if (number < next_whole_) { return Content::template write_number<Memory>(into, number); }
    next_whole_ = number + format_.check_every;
    Content::template write<Memory>(into, number);
    if (format_.stamped) { Content::template stamp<Memory>(into, number, time == nullptr ? measure::Clock::now() : *time); }
  }

  void send(std::uint64_t number, const std::uint64_t* time) {
    if (format_.in_place) {
      std::span<std::byte> slot = channel_.reserve();
      if (slot.empty()) [[unlikely]] { slot = await_room(); }
      write<Env>(slot, number, time);
      channel_.commit();
      return;
    }
    const std::span<std::byte> message = local_.whole();
    write<check::LocalMemory>(message, number, time);
    if (!channel_.try_send(message)) [[unlikely]] {
      full();
      channel_.send(message);
      session_.step(step_send);
    }
  }
  void send(check::BulkPort<Env, S>& port, std::size_t count) {
    bool has_waited = false;
    port.send(count, [&] {
      has_waited = true;
      full();
    });
    if (has_waited) { session_.step(step_send); }
  }
  std::span<std::byte> await_room() {
    full();
    std::span<std::byte> slot;
    for (Patience<Env> patience; (slot = channel_.reserve()).empty();) { patience.poll(); }
    session_.step(step_send);
    return slot;
  }
  void full() {
    session_.count(count_full);
    session_.step(step_await_room);
  }

  S& channel_;
  measure::Session& session_;
  Format format_;
  std::uint64_t number_ = first_number - 1;
  std::uint64_t next_whole_ = first_number;  ///< the first number whose message carries more than the number
  LocalMessage<Content> local_;
};

}  // namespace shmlab::scenarios::stream
