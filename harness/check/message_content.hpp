#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "check/look_again.hpp"
#include "check/pattern.hpp"

/// How a stream writes its numbers into messages and reads them.
namespace shmlab::check {

/// In a message of 8 bytes: there is room for the number alone.
struct BareNumber {
  static constexpr std::size_t bytes = sizeof(std::uint64_t);

  template <class Memory>
  static void write(std::span<std::byte> into, std::uint64_t number) {
    Memory::copy_in(into.data(), &number, bytes);
  }
  template <class Memory>
  static void write_number(std::span<std::byte> into, std::uint64_t number) {
    write<Memory>(into, number);
  }
  template <class Memory>
  static void stamp(std::span<std::byte> /*message*/, std::uint64_t /*number*/, std::uint64_t /*time*/) {}
  template <class Memory>
  static Inspection read(std::span<const std::byte> from) {
    Inspection message;
    Memory::copy_out(&message.version, from.data(), bytes);
    return message;
  }
  template <class Memory>
  static Inspection read_number(std::span<const std::byte> from) {
    return read<Memory>(from);
  }
};

/// In a larger one: the pattern of the number, which takes a time as its tag if there is room; or its first word alone.
struct NumberedPattern {
  template <class Memory>
  static void write(std::span<std::byte> into, std::uint64_t number) {
    fill<Memory>(into, number);
  }
  template <class Memory>
  static void write_number(std::span<std::byte> into, std::uint64_t number) {
    fill<Memory>(into.first(pattern::word_bytes), number);
  }
  /// Of a message that write() has written.
  template <class Memory>
  static void stamp(std::span<std::byte> message, std::uint64_t number, std::uint64_t time) {
    put_tag<Memory>(message, number, time);
  }
  template <class Memory>
  static Inspection read(std::span<const std::byte> from) {
    return inspect<Memory>(from);
  }
  template <class Memory>
  static Inspection read_number(std::span<const std::byte> from) {
    has_arrived(from);
    return inspect<Memory>(from.first(pattern::word_bytes));
  }
};

}  // namespace shmlab::check
