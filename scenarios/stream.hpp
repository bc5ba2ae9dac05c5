#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "check/elapsed.hpp"
#include "check/outcomes.hpp"
#include "check/pattern.hpp"
#include "check/sequence_check.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/outcome.hpp"
#include "contract/patience.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "measure/session.hpp"

namespace shmlab::scenarios::stream {

/// One producer, one consumer, numbered messages: first in, first out, none lost, none twice. After the last message the producer
/// sends the number `last_word`, behind which the channel must be empty.
///
/// What a message carries: 8 bytes are the number itself, so that checking costs one comparison; larger ones the pattern of the number.
/// In a timed run a message also carries the stamp of its sending: as the pattern's tag from 24 bytes on; smaller ones have no room,
/// so there the stamp, made strictly increasing, is the number. The order of strictly increasing numbers shows reordering and
/// duplicates, and with them the two counts being equal at the end shows that none was lost.
struct Stream {
  static constexpr Face faces[] = {Face::channel};
  static constexpr std::string_view roles[] = {"producer", "consumer"};
  static constexpr std::string_view steps[] = {"send", "await room", "receive", "await message"};
  static constexpr std::string_view invariants[] = {"first in, first out", "no message is lost", "no message comes twice",
                                                    "every message is whole"};
  static constexpr std::string_view metrics[] = {"messages per second", "time from before the send to after the receive",
                                                 "full and empty encounters"};
  static constexpr std::string_view histograms[] = {"sojourn"};
  static constexpr std::string_view counters[] = {"full", "empty"};
  static constexpr ScenarioDescriptor descriptor{.name = "stream",
                                                 .summary = "one producer streams numbered messages to one consumer",
                                                 .faces = faces,
                                                 .roles = roles,
                                                 .measured_role = 1,
                                                 .steps = steps,
                                                 .invariants = invariants,
                                                 .metrics = metrics,
                                                 .histograms = histograms,
                                                 .counters = counters};
  enum Role : std::uint32_t { role_producer, role_consumer };
  enum Step : std::uint32_t { step_send, step_await_room, step_receive, step_await_message };
  enum Counter : std::size_t { count_full, count_empty };

  static constexpr std::size_t largest_payload = 4096;
  struct Params {
    std::uint64_t operations = 0;  ///< messages
    std::uint64_t payload_bytes = 8;
    std::uint64_t capacity = 1024;
    std::uint64_t in_place = 0;  ///< 1: reserve/commit and front/release; 0: the copying calls
  };
  static constexpr std::array params{Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000'000, 0},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, largest_payload, 8},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 65536, 1024},
                                     Param<Params>{"in_place", "count", &Params::in_place, 0, 1, 0}};
  static constexpr std::size_t instances = 1;

  static std::uint32_t participants(const Params& /*params*/) { return 2; }
  static std::uint32_t role(const Params& /*params*/, std::uint32_t index) { return index == 0 ? role_producer : role_consumer; }
  static Config config(const Params& values, Face /*face*/) {
    return {.payload_bytes = static_cast<std::uint32_t>(values.payload_bytes),
            .capacity = static_cast<std::uint32_t>(values.capacity)};
  }

  /// Nothing: everything goes through the channel.
  template <class Env>
  struct Shared {};

  template <class Env, Face face, class S>
  static void run(Participant self, const Params& values, Shared<Env>& /*shared*/, std::array<S, instances>& objects,
                  measure::Session& session) {
    if (values.payload_bytes == number_bytes) {
      run_as<BareNumber, Env>(role(values, self.index), values, objects[0], session);
    } else {
      run_as<Pattern, Env>(role(values, self.index), values, objects[0], session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    const std::uint64_t sent = check::operations_of(outcomes, role_producer);
    const std::uint64_t received = check::operations_of(outcomes, role_consumer);
    return sent == received ? Verdict::ok() : Verdict::violated(check::differs("messages received", received, sent));
  }

 private:
  static constexpr std::size_t number_bytes = sizeof(std::uint64_t);
  static constexpr std::uint64_t first_number = 1;
  static constexpr std::uint64_t last_word = std::numeric_limits<std::uint64_t>::max();

  /// How a message of 8 bytes is written and read.
  struct BareNumber {
    template <class Memory>
    static void write(std::span<std::byte> into, std::uint64_t number, bool /*stamped*/) {
      Memory::copy_in(into.data(), &number, number_bytes);
    }
    template <class Memory>
    static check::Inspection read(std::span<const std::byte> from) {
      check::Inspection message;
      Memory::copy_out(&message.version, from.data(), number_bytes);
      return message;
    }
  };

  /// How a larger message is written and read.
  struct Pattern {
    template <class Memory>
    static void write(std::span<std::byte> into, std::uint64_t number, bool stamped) {
      check::fill<Memory>(into, number);
      if (stamped) { check::put_tag<Memory>(into, number, measure::Clock::now()); }
    }
    template <class Memory>
    static check::Inspection read(std::span<const std::byte> from) {
      return check::inspect<Memory>(from);
    }
  };

  template <class Content, class Env, class S>
  static void run_as(std::uint32_t role, const Params& values, S& channel, measure::Session& session) {
    if (role == role_producer) {
      Producer<Content, Env, S>(channel, values, session).run();
    } else {
      Consumer<Content, Env, S>(channel, values, session).run();
    }
  }

  /// What both ends must agree on.
  struct Format {
    Format(const Params& values, const measure::Session& session)
        : bytes(values.payload_bytes),
          in_place(values.in_place != 0),
          stamped(session.timing()),
          stamp_is_number(stamped && bytes < check::pattern::least_tagged) {}
    std::size_t bytes;
    bool in_place;
    bool stamped;
    bool stamp_is_number;
  };

  template <class Content, class Env, class S>
  class Producer {
   public:
    Producer(S& channel, const Params& values, measure::Session& session)
        : channel_(channel), session_(session), format_(values, session) {}

    void run() {
      session_.step(step_send);
      std::uint64_t number = first_number - 1;
      while (session_.more()) {
        const std::uint64_t batch = session_.batch();
        for (std::uint64_t i = 0; i < batch; ++i) {
          number = format_.stamp_is_number ? std::max(number + 1, measure::Clock::now()) : number + 1;
          send(number);
        }
        session_.done(batch);
      }
      send(last_word);
    }

   private:
    void send(std::uint64_t number) {
      if (format_.in_place) {
        std::span<std::byte> slot = channel_.reserve();
        if (slot.empty()) [[unlikely]] { slot = await_room(); }
        Content::template write<Env>(slot, number, format_.stamped);
        channel_.commit();
        return;
      }
      const std::span<std::byte> message(local_.data(), format_.bytes);
      Content::template write<check::LocalMemory>(message, number, format_.stamped);
      if (!channel_.try_send(message)) [[unlikely]] {
        session_.count(count_full);
        session_.step(step_await_room);
        channel_.send(message);
        session_.step(step_send);
      }
    }
    std::span<std::byte> await_room() {
      session_.count(count_full);
      session_.step(step_await_room);
      std::span<std::byte> slot;
      for (Patience<Env> patience; (slot = channel_.reserve()).empty();) { patience.poll(); }
      session_.step(step_send);
      return slot;
    }

    S& channel_;
    measure::Session& session_;
    Format format_;
    alignas(cache_line_bytes) std::array<std::byte, largest_payload> local_{};
  };

  template <class Content, class Env, class S>
  class Consumer {
   public:
    Consumer(S& channel, const Params& values, measure::Session& session)
        : channel_(channel), session_(session), format_(values, session) {}

    void run() {
      session_.step(step_receive);
      const Received end = format_.in_place ? drain<true>() : drain<false>();
      if (end == Received::last_word && !channel_.front().empty()) { session_.violated("a message comes after the last one"); }
    }

   private:
    static constexpr std::uint64_t report_every = 64;
    enum class Received : std::uint8_t { accepted, last_word, violation };

    template <bool in_place>
    Received drain() {
      return format_.stamped ? drain_timed<in_place>() : drain_untimed<in_place>();
    }

    /// Checking costs a comparison with the number that is due. For that to be all, the number has to stay in a register, and so does
    /// what is taken: nothing here has its address taken, hence the forced inlining and the fields in place of the Inspection.
    template <bool in_place>
    Received drain_untimed() {
      for (std::uint64_t due = first_number;; session_.done(report_every)) {
        for (std::uint64_t i = 0; i < report_every; ++i, ++due) {
          const check::Inspection content = take<in_place>([] {});
          if (content.version == due && content.whole()) [[likely]] { continue; }
          session_.done(i);
          return conclude(content.version, content.wrong_at, due);
        }
      }
    }

    /// `due` is the number that has to come or, where the stamp is the number, the lowest that may come.
    template <bool in_place>
    Received drain_timed() {
      for (std::uint64_t due = first_number;; session_.done()) {
        std::uint64_t arrived = 0;
        const check::Inspection content = take<in_place>([&arrived] { arrived = measure::Clock::now(); });
        const Received received = conclude(content.version, content.wrong_at, due);
        if (received != Received::accepted) { return received; }
        session_.sample_ticks(check::elapsed(format_.stamp_is_number ? content.version : content.tag, arrived));
        due = content.version + 1;
      }
    }

    template <bool in_place, class OnArrival>
    [[gnu::always_inline]] check::Inspection take(OnArrival on_arrival) {
      if constexpr (in_place) {
        std::span<const std::byte> slot = channel_.front();
        if (slot.empty()) [[unlikely]] { slot = await_message(); }
        on_arrival();
        const check::Inspection content = Content::template read<Env>(slot);
        channel_.release();
        return content;
      } else {
        const std::span<std::byte> into(local_.data(), format_.bytes);
        if (!channel_.try_receive(into)) [[unlikely]] { await_message(into); }
        on_arrival();
        return Content::template read<check::LocalMemory>(into);
      }
    }
    std::span<const std::byte> await_message() {
      session_.count(count_empty);
      session_.step(step_await_message);
      std::span<const std::byte> slot;
      for (Patience<Env> patience; (slot = channel_.front()).empty();) { patience.poll(); }
      session_.step(step_receive);
      return slot;
    }
    void await_message(std::span<std::byte> into) {
      session_.count(count_empty);
      session_.step(step_await_message);
      channel_.receive(into);
      session_.step(step_receive);
    }

    Received conclude(std::uint64_t number, std::size_t wrong_at, std::uint64_t due) {
      if (wrong_at != check::no_offset) {
        return violated(check::not_whole("the message", {.version = number, .wrong_at = wrong_at}, format_.bytes));
      }
      if (number == last_word) { return Received::last_word; }
      if (number == due || (format_.stamp_is_number && number > due)) { return Received::accepted; }
      if (format_.stamp_is_number) { return violated(check::went_back("the number of the message", due - 1, number)); }
      check::SequenceCheck sequence(first_number, due);
      sequence.next(number);
      return violated(sequence.why());
    }
    Received violated(const std::string& why) {
      session_.violated(why);
      return Received::violation;
    }

    S& channel_;
    measure::Session& session_;
    Format format_;
    alignas(cache_line_bytes) std::array<std::byte, largest_payload> local_{};
  };
};

using Plugins = Scenarios<Stream>;

}  // namespace shmlab::scenarios::stream
