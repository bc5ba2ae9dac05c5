#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <system_error>
#include <vector>

#include "check/expect.hpp"
#include "check/pattern.hpp"
#include "check/producers.hpp"
#include "contract/face.hpp"
#include "scenarios/parts/survivor.hpp"
#include "scenarios/parts/survivors_terms.hpp"

namespace shmlab::scenarios::survivors {

/// The victim sends, or receives; the waiter is its peer; the partner takes the victim's place once that has left. Who is told that the peer
/// died goes on, and waits for the partner.
template <class Env, class S>
class SurvivorOfChannel {
 public:
  SurvivorOfChannel(const Survivor<Env>& self, S& channel, Departure departure)
      : self_(self), channel_(channel), departure_(departure) {}

  void exchange_messages() {
    const bool sends = (self_.index == role_waiter) == (self_.values.side == side_takes);  // the waiter plays the other side
    if (sends) {
      send();
    } else {
      receive();
    }
  }

 private:
  void send() {
    const std::uint32_t producer = self_.index == role_partner ? 1 : 0;
    const std::uint64_t messages = self_.values.operations * (self_.index == role_waiter ? 2 : 1);
    std::vector<std::byte> message(self_.values.payload_bytes);
    for (std::uint64_t number = 1; number <= messages; ++number, self_.complete()) {
      check::fill(message, check::message_version(producer, number));
      self_.session.step(step_send);
      if (asks_first(number)) {
        if (heed([&] { return channel_.try_send(message); })) { continue; }
        self_.session.count(counter_could_be_had);  // it is full: there is a message
      }
      heed([&] {
        channel_.send(message);
        return true;
      });
    }
    if constexpr (Channel<S>) { flush(channel_); }
  }

  void receive() {
    std::vector<std::byte> message(self_.values.payload_bytes);
    check::ProducerOrder order(self_.index == role_waiter ? 2 : 1,
                               self_.index == role_partner ? check::Gaps::allowed : check::Gaps::none);
    const std::uint64_t last = self_.index == role_waiter    ? check::message_version(1, self_.values.operations)
                               : self_.index == role_partner ? check::message_version(0, 2 * self_.values.operations)
                                                             : check::message_version(0, self_.values.operations);
    std::uint64_t latest = 0;
    for (std::uint64_t version = 0; version != last; self_.complete()) {
      self_.session.step(step_receive);
      take(message, asks_first(latest + 1));
      const check::Inspection inspection = check::inspect(message);
      version = inspection.version;
      if (self_.index == role_waiter && check::producer_in(version) == 0) { self_.session.count(counter_from_victim); }
      if (!order.next(inspection, message.size(), self_.session)) { return; }
      if (self_.index == role_partner && !follows(check::number_in(version), latest)) { return; }
      latest = check::number_in(version);
      // relaxed: ordered by the departure, for who takes the place
      if (self_.index == role_victim) { self_.shared.received.store(latest, std::memory_order_relaxed); }
    }
  }

  /// Who takes the victim's place first asks without waiting.
  [[nodiscard]] bool asks_first(std::uint64_t number) const { return self_.index == role_partner && number == 1; }
  void take(std::span<std::byte> message, bool ask) {
    if (ask) {
      if (heed([&] { return channel_.try_receive(message); })) { return; }
      self_.session.count(counter_could_be_had);  // it is empty: there is a free slot
    }
    heed([&] {
      channel_.receive(message);
      return true;
    });
  }
  /// A channel that has told its user of the peer's death by an exception goes on with whoever takes the place.
  template <class Call>
  bool heed(Call call) {
    for (std::uint64_t deaths = 0;; ++deaths) {
      try {
        const bool done = call();
        self_.session.count(counter_repaired, deaths);
        return done;
      } catch (const std::system_error& error) {
        if (error.code() != std::errc::owner_dead) { throw; }
        self_.tell();
      }
    }
  }
  /// Nothing is lost: after the last that the victim received comes the next; whoever died may have had one more.
  [[nodiscard]] bool follows(std::uint64_t number, std::uint64_t latest) const {
    if (latest != 0) { return check::expect(self_.session, "the next message", number, latest + 1); }
    const std::uint64_t received = self_.shared.received.load(std::memory_order_relaxed);  // relaxed: see the store
    if (departure_ == departure_died && number == received + 2) {
      self_.session.count(counter_lost);
      return true;
    }
    if (number <= received) { self_.session.count(counter_duplicated); }
    return check::expect(self_.session, "the first message in the victim's place", number, received + 1);
  }

  Survivor<Env> self_;
  S& channel_;
  Departure departure_;  ///< of the victim, for who takes its place
};

}  // namespace shmlab::scenarios::survivors
