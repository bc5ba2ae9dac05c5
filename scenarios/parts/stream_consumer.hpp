#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "check/bulk_port.hpp"
#include "check/elapsed.hpp"
#include "check/pattern.hpp"
#include "check/sequence_check.hpp"
#include "check/why.hpp"
#include "contract/patience.hpp"
#include "measure/clock.hpp"
#include "measure/session.hpp"
#include "scenarios/parts/stream_format.hpp"

namespace shmlab::scenarios::stream {

template <class Content, class Env, class S>
class Consumer {
 public:
  Consumer(S& channel, const Params& values, measure::Session& session)
      : channel_(channel), session_(session), format_(values, session), local_(format_.bytes) {}

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
  enum class Received : std::uint8_t { accepted, last, violation };

  void expect_nothing_after(Received end) {
    if (end == Received::last && !channel_.front().empty()) { session_.violated("a message comes after the last one"); }
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
          const bool is_last = received != Received::last || i + 1 == count;
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
      const std::span<std::byte> into = local_.whole();
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
    if (number == last_word) { return Received::last; }
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
  LocalMessage<Content> local_;
};

}  // namespace shmlab::scenarios::stream
