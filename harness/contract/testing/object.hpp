#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "contract/config.hpp"
#include "contract/strategy.hpp"

namespace shmlab::testing {

/// Zeroed memory of a footprint on the heap; nothing beyond it is ours, so that a sanitizer sees every step too far.
class HeapMemory {
 public:
  /// Out of line, so that the compiler cannot know the size and warn of copies that the configuration rules out.
  [[gnu::noinline]] explicit HeapMemory(Footprint footprint)
      : memory_(::operator new(footprint.bytes, std::align_val_t{footprint.alignment}),
                Free{std::align_val_t{footprint.alignment}}) {
    std::memset(memory_.get(), 0, footprint.bytes);
  }
  [[nodiscard]] void* get() const { return memory_.get(); }

 private:
  struct Free {
    std::align_val_t alignment;
    void operator()(void* memory) const { ::operator delete(memory, alignment); }
  };
  std::unique_ptr<void, Free> memory_;
};

/// One strategy object on the heap and endpoints on it; what it holds elsewhere goes with it.
template <class S>
class Object {
 public:
  explicit Object(const Config& config) : config_(config), memory_(S::footprint(config)) { S::create(memory_.get(), config); }
  ~Object() { take_away<S>(memory_.get()); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  [[nodiscard]] S attach(std::uint32_t index = 0) const { return S(memory_.get(), config_, Participant{index}); }
  [[nodiscard]] void* memory() const { return memory_.get(); }

 private:
  Config config_;
  HeapMemory memory_;
};

/// The message number `number`: its bytes over and over.
inline std::vector<std::byte> message(std::uint64_t number, std::size_t bytes) {
  std::vector<std::byte> content(bytes);
  for (std::size_t i = 0; i < bytes; ++i) { content[i] = static_cast<std::byte>(number >> (8 * (i % sizeof number))); }
  return content;
}

}  // namespace shmlab::testing
