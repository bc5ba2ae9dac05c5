#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "check/bulk_port.hpp"
#include "check/elapsed.hpp"
#include "check/message_content.hpp"
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
///
/// Writing and checking a larger pattern takes longer than a fast channel. With check_every above 1 only the first of so many messages carries
/// the whole pattern; of the others the first word, which gives the number, is written and checked. Runs that look for faults have 1, and so
/// has every timed run.
struct Stream {
  static constexpr Face faces[] = {Face::bulk_channel, Face::channel};
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
    std::uint64_t in_place = 0;     ///< 1: reserve/commit and front/release; 0: the copying calls
    std::uint64_t bulk = 1;         ///< messages a call; above 1 for those who have the bulk calls, which copy
    std::uint64_t check_every = 1;  ///< of so many messages one is checked to the last byte, the others by their first word
  };
  static constexpr std::array params{Param<Params>{"operations", "count", &Params::operations, 1, 1'000'000'000'000, 0},
                                     Param<Params>{"payload_bytes", "bytes", &Params::payload_bytes, 8, largest_payload, 8},
                                     Param<Params>{"capacity", "count", &Params::capacity, 1, 65536, 1024},
                                     Param<Params>{"in_place", "count", &Params::in_place, 0, 1, 0},
                                     Param<Params>{"bulk", "count", &Params::bulk, 1, 64, 1},
                                     Param<Params>{"check_every", "count", &Params::check_every, 1, 4096, 64}};
  static constexpr std::size_t instances = 1;

  static std::string_view misfit(const Params& values, Face face) {
    if (values.bulk == 1) { return {}; }
    if (face != Face::bulk_channel) { return "bulk above 1 needs bulk_channel, has channel"; }
    return values.in_place == 0 ? "" : "bulk above 1 copies, in_place is 1";
  }

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
    if (values.payload_bytes == check::BareNumber::bytes) {
      run_as<check::BareNumber, Env, face>(role(values, self.index), values, objects[0], session);
    } else {
      run_as<check::NumberedPattern, Env, face>(role(values, self.index), values, objects[0], session);
    }
  }

  template <class Env>
  static Verdict judge(const Params& /*params*/, const Shared<Env>& /*shared*/, std::span<const Outcome> outcomes) {
    const std::uint64_t sent = check::operations_of(outcomes, role_producer);
    const std::uint64_t received = check::operations_of(outcomes, role_consumer);
    return sent == received ? Verdict::ok() : Verdict::violated(check::differs("messages received", received, sent));
  }

 private:
  static constexpr std::uint64_t first_number = 1;
  static constexpr std::uint64_t last_word = std::numeric_limits<std::uint64_t>::max();

  template <class Content, class Env, Face face, class S>
  static void run_as(std::uint32_t role, const Params& values, S& channel, measure::Session& session) {
    if (role == role_producer) {
      Producer<Content, Env, S> producer(channel, values, session);
      if constexpr (face == Face::bulk_channel) {
        if (values.bulk > 1) { return producer.run_in_bulk(); }
      }
      producer.run();
    } else {
      Consumer<Content, Env, S> consumer(channel, values, session);
      if constexpr (face == Face::bulk_channel) {
        if (values.bulk > 1) { return consumer.run_in_bulk(); }
      }
      consumer.run();
    }
  }

  /// What both ends must agree on.
  struct Format {
    Format(const Params& values, const measure::Session& session)
        : bytes(values.payload_bytes),
          in_place(values.in_place != 0),
          bulk(values.bulk),
          stamped(session.timing()),
          stamp_is_number(stamped && bytes < check::pattern::least_tagged),
          check_every(stamped ? 1 : values.check_every) {}
    std::size_t bytes;
    bool in_place;
    std::size_t bulk;
    bool stamped;
    bool stamp_is_number;
    std::uint64_t check_every;
  };

  template <class Content, class Env, class S>
  class Producer {
   public:
    Producer(S& channel, const Params& values, measure::Session& session)
        : channel_(channel), session_(session), format_(values, session) {}

    void run() {
      session_.step(step_send);
      while (session_.more()) {
        const std::uint64_t batch = session_.batch();
        for (std::uint64_t i = 0; i < batch; ++i) { send(next_number()); }
        session_.done(batch);
      }
      send(last_word);
      flush(channel_);
    }

    void run_in_bulk() {
      session_.step(step_send);
      check::BulkPort<Env, S> port(channel_, format_.bytes, format_.bulk);
      while (session_.more()) {
        const std::uint64_t count = std::min<std::uint64_t>(session_.batch(), format_.bulk);
        for (std::size_t i = 0; i < count; ++i) { write<check::LocalMemory>(port.message(i), next_number()); }
        send(port, count);
        session_.done(count);
      }
      write<check::LocalMemory>(port.message(0), last_word);
      send(port, 1);
      flush(channel_);
    }

   private:
    std::uint64_t next_number() {
      number_ = format_.stamp_is_number ? std::max(number_ + 1, measure::Clock::now()) : number_ + 1;
      return number_;
    }
    template <class Memory>
    void write(std::span<std::byte> into, std::uint64_t number) {
      if (number < next_whole_) { return Content::template write_number<Memory>(into, number); }
      next_whole_ = number + format_.check_every;
      Content::template write<Memory>(into, number, format_.stamped);
    }

    void send(std::uint64_t number) {
      if (format_.in_place) {
        std::span<std::byte> slot = channel_.reserve();
        if (slot.empty()) [[unlikely]] { slot = await_room(); }
        write<Env>(slot, number);
        channel_.commit();
        return;
      }
      const std::span<std::byte> message(local_.data(), format_.bytes);
      write<check::LocalMemory>(message, number);
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
    alignas(cache_line_bytes) std::array<std::byte, largest_payload> local_{};
  };

  template <class Content, class Env, class S>
  class Consumer {
   public:
    Consumer(S& channel, const Params& values, measure::Session& session)
        : channel_(channel), session_(session), format_(values, session) {}

    void run() {
      session_.step(step_receive);
      expect_nothing_after(format_.in_place ? drain<true>() : drain<false>());
    }
    void run_in_bulk() {
      session_.step(step_receive);
      expect_nothing_after(drain_in_bulk());
    }

   private:
    static constexpr std::uint64_t report_every = 64;
    enum class Received : std::uint8_t { accepted, last_word, violation };

    void expect_nothing_after(Received end) {
      if (end == Received::last_word && !channel_.front().empty()) { session_.violated("a message comes after the last one"); }
    }

    template <bool in_place>
    Received drain() {
      return format_.stamped ? drain_timed<in_place>() : drain_untimed<in_place>();
    }

    /// Checking costs a comparison with the number that is due. For that to be all, the number has to stay in a register, and so does
    /// what is taken: nothing here has its address taken, hence the forced inlining and the fields in place of the Inspection.
    template <bool in_place>
    Received drain_untimed() {
      std::uint64_t next_whole = first_number;
      for (std::uint64_t due = first_number;; session_.done(report_every)) {
        for (std::uint64_t i = 0; i < report_every; ++i, ++due) {
          const check::Inspection content = take<in_place>(due >= next_whole, [] {});
          if (due >= next_whole) { next_whole = due + format_.check_every; }
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
        const check::Inspection content = take<in_place>(true, [&arrived] { arrived = measure::Clock::now(); });
        const Received received = conclude(content.version, content.wrong_at, due);
        if (received != Received::accepted) { return received; }
        sample(content, arrived);
        due = content.version + 1;
      }
    }

    Received drain_in_bulk() {
      check::BulkPort<Env, S> port(channel_, format_.bytes, format_.bulk);
      std::uint64_t next_whole = first_number;
      for (std::uint64_t due = first_number;;) {
        const std::size_t count = receive(port);
        const std::uint64_t arrived = session_.stamp();
        for (std::size_t i = 0; i < count; ++i, ++due) {
          const check::Inspection content = read<check::LocalMemory>(port.message(i), due >= next_whole);
          if (due >= next_whole) { next_whole = due + format_.check_every; }
          if (content.version == due && content.whole() && !format_.stamped) [[likely]] { continue; }
          const Received received = conclude(content.version, content.wrong_at, due);
          if (received != Received::accepted) {
            session_.done(i);
            const bool is_last = received != Received::last_word || i + 1 == count;
            return is_last ? received : violated("a message comes after the last one");
          }
          sample(content, arrived);
          due = content.version;
        }
        session_.done(count);
      }
    }
    std::size_t receive(check::BulkPort<Env, S>& port) {
      bool has_waited = false;
      const std::size_t count = port.receive([&] {
        has_waited = true;
        empty();
      });
      if (has_waited) { session_.step(step_receive); }
      return count;
    }

    template <class Memory>
    [[gnu::always_inline]] static check::Inspection read(std::span<const std::byte> from, bool whole) {
      return whole ? Content::template read<Memory>(from) : Content::template read_number<Memory>(from);
    }
    template <bool in_place, class OnArrival>
    [[gnu::always_inline]] check::Inspection take(bool whole, OnArrival on_arrival) {
      if constexpr (in_place) {
        std::span<const std::byte> slot = channel_.front();
        if (slot.empty()) [[unlikely]] { slot = await_message(); }
        on_arrival();
        const check::Inspection content = read<Env>(slot, whole);
        channel_.release();
        return content;
      } else {
        const std::span<std::byte> into(local_.data(), format_.bytes);
        if (!channel_.try_receive(into)) [[unlikely]] { await_message(into); }
        on_arrival();
        return read<check::LocalMemory>(into, whole);
      }
    }
    std::span<const std::byte> await_message() {
      empty();
      std::span<const std::byte> slot;
      for (Patience<Env> patience; (slot = channel_.front()).empty();) { patience.poll(); }
      session_.step(step_receive);
      return slot;
    }
    void await_message(std::span<std::byte> into) {
      empty();
      channel_.receive(into);
      session_.step(step_receive);
    }
    void empty() {
      session_.count(count_empty);
      session_.step(step_await_message);
    }
    void sample(const check::Inspection& content, std::uint64_t arrived) {
      session_.sample_ticks(check::elapsed(format_.stamp_is_number ? content.version : content.tag, arrived));
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
