#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>

namespace shmlab::explore {

/// Memory that can be set back to what it held at one moment.
class Snapshot {
 public:
  explicit Snapshot(std::size_t bytes) : bytes_(bytes), memory_(allocate(bytes)), kept_(allocate(bytes)) {}

  [[nodiscard]] void* memory() const { return memory_.get(); }
  [[nodiscard]] std::span<const std::byte> span() const { return {memory_.get(), bytes_}; }
  /// What was kept of the byte that is now at `offset` of the memory, and those behind it.
  [[nodiscard]] const std::byte* kept(std::size_t offset) const { return kept_.get() + offset; }
  void keep() { std::memcpy(kept_.get(), memory_.get(), bytes_); }
  void restore() { std::memcpy(memory_.get(), kept_.get(), bytes_); }

 private:
  static constexpr std::align_val_t alignment{4096};
  struct Free {
    void operator()(std::byte* memory) const { ::operator delete(memory, alignment); }
  };
  using Bytes = std::unique_ptr<std::byte, Free>;
  static Bytes allocate(std::size_t bytes) {
    Bytes memory{static_cast<std::byte*>(::operator new(bytes == 0 ? 1 : bytes, alignment))};
    std::memset(memory.get(), 0, bytes);
    return memory;
  }

  std::size_t bytes_;
  Bytes memory_;
  Bytes kept_;
};

}  // namespace shmlab::explore
