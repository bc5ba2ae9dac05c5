#pragma once

#include <cstdint>

#include "contract/history.hpp"

/// The sequential objects that histories are held against. step() does an operation, or says that the state does not allow it.
namespace shmlab::check {

/// An operation that has been called; participants count from 0.
struct OpenOperation {
  std::uint64_t value = 0;
  std::uint32_t event = 0;
  std::uint32_t participant = 0;
  Action action = Action::lock;
};

/// How an operation bears on the others: see linearize().
enum class Bearing : std::uint8_t { gives, takes, changes };

constexpr Bearing bearing_of(Action action) {
  switch (action) {
    case Action::unlock:
    case Action::unlock_shared:
    case Action::post:
    case Action::read: return Bearing::gives;
    case Action::lock:
    case Action::lock_shared:
    case Action::wait: return Bearing::takes;
    case Action::publish:
    case Action::send:
    case Action::receive: return Bearing::changes;
  }
  return Bearing::changes;
}

/// Mixes 64 bits: the finalizer of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
constexpr std::uint64_t mix(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
  return bits ^ (bits >> 31U);
}

struct SharedMutexState {
  std::uint64_t readers = 0;  ///< a bit for each participant
  std::uint64_t writer = 0;   ///< 1 + participant, or 0

  bool operator==(const SharedMutexState&) const = default;

  bool step(const OpenOperation& operation) {
    const std::uint64_t self = operation.participant + 1U;
    const std::uint64_t reader = std::uint64_t{1} << operation.participant;
    switch (operation.action) {
      case Action::lock:
        if (writer != 0 || readers != 0) { return false; }
        writer = self;
        return true;
      case Action::unlock:
        if (writer != self) { return false; }
        writer = 0;
        return true;
      case Action::lock_shared:
        if (writer != 0 || (readers & reader) != 0) { return false; }
        readers |= reader;
        return true;
      case Action::unlock_shared:
        if ((readers & reader) == 0) { return false; }
        readers &= ~reader;
        return true;
      default: return false;
    }
  }
  [[nodiscard]] std::uint64_t hash() const { return mix(readers + writer * 0x9E3779B97F4A7C15U); }
};

struct SemaphoreState {
  std::uint64_t permits = 0;

  bool operator==(const SemaphoreState&) const = default;

  bool step(const OpenOperation& operation) {
    if (operation.action == Action::post) {
      ++permits;
      return true;
    }
    if (permits == 0) { return false; }
    --permits;
    return true;
  }
  [[nodiscard]] std::uint64_t hash() const { return mix(permits); }
};

struct SnapshotState {
  std::uint64_t value = 0;

  bool operator==(const SnapshotState&) const = default;

  bool step(const OpenOperation& operation) {
    if (operation.action == Action::publish) { value = operation.value; }
    return value == operation.value;
  }
  [[nodiscard]] std::uint64_t hash() const { return mix(value); }
};

}  // namespace shmlab::check
