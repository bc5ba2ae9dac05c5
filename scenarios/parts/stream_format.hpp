#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "check/line_buffer.hpp"
#include "check/message_content.hpp"
#include "check/pattern.hpp"
#include "contract/config.hpp"
#include "measure/session.hpp"

/// What both ends of a stream (scenarios/stream.hpp) must agree on.
namespace shmlab::scenarios::stream {

struct Params {
  std::uint64_t operations = 0;  ///< messages
  std::uint64_t payload_bytes = 8;
  std::uint64_t capacity = 1024;
  std::uint64_t in_place = 0;     ///< 1: reserve/commit and front/release; 0: the copying calls
  std::uint64_t bulk = 1;         ///< messages a call; above 1 for those who have the bulk calls, which copy
  std::uint64_t check_every = 1;  ///< of so many messages one is checked to the last byte, the others by their first word
  std::uint64_t arrival_interval_ns =
      0;  ///< open loop: a message arrives to be sent that often; 0: as soon as the last one is sent
};

enum Role : std::uint32_t { role_producer, role_consumer };
enum Step : std::uint32_t { step_send, step_await_room, step_receive, step_await_message, step_await_arrival };
enum Counter : std::size_t { count_full, count_empty };

inline constexpr std::uint64_t first_number = 1;
inline constexpr std::uint64_t last_word = std::numeric_limits<std::uint64_t>::max();

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

/// One message of one's own.
template <class Content>
class LocalMessage {
 public:
  explicit LocalMessage(std::size_t bytes) : bytes_(bytes) {}
  [[nodiscard]] std::span<std::byte> whole() { return bytes_.whole(); }

 private:
  check::LineBuffer bytes_;
};
/// The smallest lies in the endpoint itself: an address less to be loaded.
template <>
class LocalMessage<check::BareNumber> {
 public:
  explicit LocalMessage(std::size_t bytes) : bytes_(bytes) {}
  [[nodiscard]] std::span<std::byte> whole() { return {content_.data(), bytes_}; }

 private:
  alignas(cache_line_bytes) std::array<std::byte, check::BareNumber::bytes> content_{};
  std::size_t bytes_;
};

}  // namespace shmlab::scenarios::stream
