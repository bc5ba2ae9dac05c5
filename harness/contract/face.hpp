#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "contract/acquired.hpp"

namespace shmlab {

/// What a strategy can do. Proved by the concepts below, never by a flag.
enum class Face : std::uint8_t {
  exclusive,
  shared_read,
  signal,
  snapshot,
  channel,
  timed_exclusive,
  timed_signal,
  bulk_channel,
  broadcast
};
inline constexpr Face all_faces[] = {Face::exclusive,       Face::shared_read,  Face::signal,       Face::snapshot, Face::channel,
                                     Face::timed_exclusive, Face::timed_signal, Face::bulk_channel, Face::broadcast};

constexpr std::string_view to_string(Face face) {
  switch (face) {
    case Face::exclusive: return "exclusive";
    case Face::shared_read: return "shared_read";
    case Face::signal: return "signal";
    case Face::snapshot: return "snapshot";
    case Face::channel: return "channel";
    case Face::timed_exclusive: return "timed_exclusive";
    case Face::timed_signal: return "timed_signal";
    case Face::bulk_channel: return "bulk_channel";
    case Face::broadcast: return "broadcast";
  }
  return "unknown";
}

/// A set of faces.
class FaceSet {
 public:
  constexpr FaceSet() = default;
  constexpr FaceSet(std::initializer_list<Face> faces) {
    for (const Face face : faces) { insert(face); }
  }
  constexpr void insert(Face face) { bits_ |= bit(face); }
  [[nodiscard]] constexpr bool contains(Face face) const { return (bits_ & bit(face)) != 0; }
  [[nodiscard]] constexpr bool intersects(FaceSet other) const { return (bits_ & other.bits_) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(FaceSet, FaceSet) = default;

 private:
  static constexpr std::uint32_t bit(Face face) { return 1U << static_cast<std::uint32_t>(face); }
  std::uint32_t bits_ = 0;
};

/// Mutual exclusion. What happened before unlock() is visible after the next lock() that returns clean or owner_died.
/// unlock() is called by the participant that holds the lock.
template <class S>
concept Exclusive = requires(S s) {
  { s.lock() } -> std::same_as<Acquired>;
  { s.unlock() } -> std::same_as<void>;
};

/// Exclusive, and several readers may be inside together.
template <class S>
concept SharedRead = Exclusive<S> && requires(S s) {
  { s.lock_shared() } -> std::same_as<Acquired>;
  { s.unlock_shared() } -> std::same_as<void>;
};

/// Exclusive, and who waits may give up: lock_for() returns nullopt when it could not have the lock within the time, which it does not
/// do before that time has passed by CLOCK_MONOTONIC; the lock is then as if nothing had been asked. A time of 0 or less asks once.
template <class S>
concept TimedExclusive = Exclusive<S> && requires(S s, std::chrono::nanoseconds time) {
  { s.lock_for(time) } -> std::same_as<std::optional<Acquired>>;
};

/// A counting signal: every wait() consumes one post(), and what happened before the post() is visible after it.
template <class S>
concept Signal = requires(S s) {
  { s.post() } -> std::same_as<void>;
  { s.wait() } -> std::same_as<void>;
};

/// Signal, and who waits may give up: wait_for() returns false when there was no permit within the time, as lock_for() does, and has then
/// consumed none.
template <class S>
concept TimedSignal = Signal<S> && requires(S s, std::chrono::nanoseconds time) {
  { s.wait_for(time) } -> std::same_as<bool>;
};

/// The latest whole value. publish() takes Config::payload_bytes bytes, and one participant publishes at a time;
/// read() fills `into` (Config::payload_bytes bytes) with one published value, or the zero bytes of creation, never a mixture,
/// and returns how many attempts were thrown away before it succeeded.
template <class S>
concept Snapshot = requires(S s, std::span<const std::byte> from, std::span<std::byte> into) {
  { s.publish(from) } -> std::same_as<void>;
  { s.read(into) } -> std::same_as<std::uint64_t>;
};

/// First in, first out messages of exactly Config::payload_bytes bytes.
/// - Copying: try_send / try_receive return false at once when the channel is full / empty; send / receive wait.
/// - In place: reserve() returns a slot to fill, or an empty span when full, and commit() publishes it;
///   front() returns the oldest message, or an empty span when empty, and release() gives its slot back.
///   Between reserve() and commit(), and between front() and release(), no other call is made on the endpoint.
/// A channel that notices deaths throws std::system_error (std::errc::owner_dead) from a call that cannot go on because the peer has died: once for
/// a death, and the next call waits for whoever takes the place.
template <class S>
concept Channel = requires(S s, std::span<const std::byte> message, std::span<std::byte> into) {
  { s.try_send(message) } -> std::same_as<bool>;
  { s.try_receive(into) } -> std::same_as<bool>;
  { s.send(message) } -> std::same_as<void>;
  { s.receive(into) } -> std::same_as<void>;
  { s.reserve() } -> std::same_as<std::span<std::byte>>;
  { s.commit() } -> std::same_as<void>;
  { s.front() } -> std::same_as<std::span<const std::byte>>;
  { s.release() } -> std::same_as<void>;
};

/// A Channel whose producer may hold messages back that it has sent: flush() hands them all over. Who sends flushes when it sends nothing more for a
/// while, as before it waits for an answer. A producer that finds the channel full hands over by itself what it holds back, before it says so
/// or waits; one that leaves without flush(), or dies, takes what it held back along.
template <class S>
concept Flushable = Channel<S> && requires(S s) {
  { s.flush() } -> std::same_as<void>;
};

/// Hands over what the channel's producer holds back, if it ever holds anything back.
template <Channel S>
void flush(S& channel) {
  if constexpr (Flushable<S>) { channel.flush(); }
}

/// A Channel that moves several messages a call, which lie one behind the other: send_bulk() takes as many of them as there is room for,
/// from the first on, receive_bulk() gives as many as there are, at most as many as fit `into`; both return how many, 0 when it is full or
/// empty. Neither waits. The spans' sizes are multiples of Config::payload_bytes.
template <class S>
concept BulkChannel = Channel<S> && requires(S s, std::span<const std::byte> messages, std::span<std::byte> into) {
  { s.send_bulk(messages) } -> std::same_as<std::size_t>;
  { s.receive_bulk(into) } -> std::same_as<std::size_t>;
};

/// One participant tells all others: each of them hears every message of exactly Config::payload_bytes bytes, in order. Whoever calls tell() or
/// try_tell() is the teller, all other participants of Config are listeners, also before they attach: none may be missing.
/// try_tell() and try_hear() return false at once when a listener has no room, or nothing is new; tell() and hear() wait.
template <class S>
concept Broadcast = requires(S s, std::span<const std::byte> message, std::span<std::byte> into) {
  { s.try_tell(message) } -> std::same_as<bool>;
  { s.try_hear(into) } -> std::same_as<bool>;
  { s.tell(message) } -> std::same_as<void>;
  { s.hear(into) } -> std::same_as<void>;
};

/// The faces that type S proves.
template <class S>
consteval FaceSet faces_of() {
  FaceSet faces;
  if (Exclusive<S>) { faces.insert(Face::exclusive); }
  if (SharedRead<S>) { faces.insert(Face::shared_read); }
  if (Signal<S>) { faces.insert(Face::signal); }
  if (Snapshot<S>) { faces.insert(Face::snapshot); }
  if (Channel<S>) { faces.insert(Face::channel); }
  if (TimedExclusive<S>) { faces.insert(Face::timed_exclusive); }
  if (TimedSignal<S>) { faces.insert(Face::timed_signal); }
  if (BulkChannel<S>) { faces.insert(Face::bulk_channel); }
  if (Broadcast<S>) { faces.insert(Face::broadcast); }
  return faces;
}

}  // namespace shmlab
