#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace shmlab::explore {

/// Small numbers for addresses: of the shared memory at once, of others after a search.
class AddressMap {
 public:
  static constexpr std::uint16_t none = 0xffff;

  explicit AddressMap(std::span<const std::byte> memory) : memory_(memory), numbers_(memory.size(), none) {}

  [[nodiscard]] bool is_in_memory(const void* address) const { return offset_of(address) < memory_.size(); }
  /// From the beginning of the memory; beyond its size for an address elsewhere.
  [[nodiscard]] std::size_t offset_of(const void* address) const {
    return reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(memory_.data());
  }

  /// The number of the address, or none.
  [[nodiscard]] std::uint16_t find(const void* address) const {
    const std::size_t offset = offset_of(address);
    if (offset < memory_.size()) { return numbers_[offset]; }
    for (const auto& [elsewhere, number] : elsewhere_) {
      if (elsewhere == address) { return number; }
    }
    return none;
  }
  /// Gives `bytes` >= 1 bytes from the address this number.
  void set(const void* address, std::size_t bytes, std::uint16_t number) {
    const std::size_t offset = offset_of(address);
    if (offset >= memory_.size()) {
      elsewhere_.emplace_back(address, number);
      return;
    }
    for (std::size_t i = offset; i < memory_.size() && i < offset + bytes; ++i) { numbers_[i] = number; }
  }

 private:
  std::span<const std::byte> memory_;
  std::vector<std::uint16_t> numbers_;
  std::vector<std::pair<const void*, std::uint16_t>> elsewhere_;
};

}  // namespace shmlab::explore
