#pragma once

#include <cstddef>

// SHMLAB_FIBER_UCONTEXT: the portable switch also where there is one of our own, to test it.
#if !defined(__x86_64__) || defined(SHMLAB_FIBER_UCONTEXT)
#define SHMLAB_FIBER_PORTABLE 1
#include <ucontext.h>
#endif

namespace shmlab::explore {

/// A stack of its own on this thread: who is left with switch_to() stands still until somebody switches back. The body never returns; it
/// switches away for good. On x86-64 a switch saves what the System V ABI (section 3.2.1) has a callee preserve, but for the floating-point
/// control words, which nobody here changes; elsewhere ucontext(3). AddressSanitizer is told of each switch.
class Fiber {
 public:
  using Body = void (*)(void* argument);
  static constexpr std::size_t default_stack_bytes = std::size_t{256} * 1024;

  /// The stack that runs now.
  Fiber() = default;
  /// Throws std::bad_alloc when there is no memory for the stack, below which lies a page that faults.
  Fiber(Body body, void* argument, std::size_t stack_bytes = default_stack_bytes);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// From this fiber, which runs, to the other.
  void switch_to(Fiber& other);

 private:
  static void enter(Fiber* self) noexcept;
  void save_exceptions();
  void restore_exceptions();

  /// The exceptions that are being handled, which the C++ runtime keeps for the thread (Itanium C++ ABI: Exception Handling, 2.2.2).
  struct Exceptions {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };

  Body body_ = nullptr;
  void* argument_ = nullptr;
  void* mapping_ = nullptr;
  std::size_t mapped_bytes_ = 0;
  const void* stack_bottom_ = nullptr;
  std::size_t stack_bytes_ = 0;
  [[maybe_unused]] void* sanitizer_stack_ = nullptr;
  Fiber* left_ = nullptr;  ///< the fiber from which this one was switched to last
  Exceptions exceptions_;
#if !defined(SHMLAB_FIBER_PORTABLE)
  void* stack_pointer_ = nullptr;
#else
  ucontext_t context_{};
#endif
};

}  // namespace shmlab::explore
