#include "explore/fiber.hpp"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <exception>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define SHMLAB_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHMLAB_ASAN 1
#endif
#endif

#if defined(SHMLAB_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if !defined(SHMLAB_FIBER_PORTABLE)
// Saves the registers that a callee preserves on the stack, keeps the stack pointer in *rdi, and goes on where rsi was kept.
extern "C" void shmlab_switch_stack(void** save, void* to);
asm(R"(
  .text
  .type shmlab_switch_stack, @function
shmlab_switch_stack:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, (%rdi)
  mov %rsi, %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  ret
  .size shmlab_switch_stack, . - shmlab_switch_stack
  .type shmlab_first_step, @function
shmlab_first_step:
  mov %r12, %rdi
  call *%r13
  ud2
  .size shmlab_first_step, . - shmlab_first_step
)");
extern "C" void shmlab_first_step();
#endif

namespace shmlab::explore {
namespace {

std::size_t page_bytes() {
  return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

Fiber::Fiber(Body body, void* argument, std::size_t stack_bytes) : body_(body), argument_(argument) {
  const std::size_t guard = page_bytes();
  stack_bytes_ = (stack_bytes + guard - 1) / guard * guard;
  mapped_bytes_ = stack_bytes_ + guard;
  mapping_ = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (mapping_ == MAP_FAILED) { throw std::bad_alloc(); }
  if (mprotect(mapping_, guard, PROT_NONE) != 0) {
    munmap(mapping_, mapped_bytes_);
    throw std::bad_alloc();
  }
  auto* const bottom = static_cast<std::byte*>(mapping_) + guard;
  stack_bottom_ = bottom;
#if defined(SHMLAB_ASAN)
  // A stack that lay here before was unmapped with live frames on it, and g++ 12's runtime keeps what it knew of them.
  __asan_unpoison_memory_region(bottom, stack_bytes_);
#endif
#if !defined(SHMLAB_FIBER_PORTABLE)
  // What shmlab_switch_stack() pops: r15, r14, r13, r12, rbp, rbx and where to go on. Then the stack is aligned for the call there.
  const void* const first[] = {nullptr, nullptr, reinterpret_cast<void*>(&Fiber::enter),      this,
                               nullptr, nullptr, reinterpret_cast<void*>(&shmlab_first_step), nullptr,
                               nullptr};
  std::byte* const top = bottom + stack_bytes_ - sizeof first;
  std::memcpy(top, static_cast<const void*>(&first), sizeof first);
  stack_pointer_ = top;
#else
  getcontext(&context_);
  context_.uc_stack.ss_sp = bottom;
  context_.uc_stack.ss_size = stack_bytes_;
  context_.uc_link = nullptr;
  // makecontext(3) passes ints only: the address goes in two halves.
  const auto address = reinterpret_cast<std::uintptr_t>(this);
  const auto entry = [](unsigned int high, unsigned int low) {
    enter(reinterpret_cast<Fiber*>((static_cast<std::uintptr_t>(high) << 32U) | low));
  };
  makecontext(&context_, reinterpret_cast<void (*)()>(static_cast<void (*)(unsigned int, unsigned int)>(entry)), 2,
              static_cast<unsigned int>(static_cast<std::uint64_t>(address) >> 32U), static_cast<unsigned int>(address));
#endif
}

Fiber::~Fiber() {
  if (mapping_ != nullptr) { munmap(mapping_, mapped_bytes_); }
}

void Fiber::enter(Fiber* self) noexcept {
#if defined(SHMLAB_ASAN)
  __sanitizer_finish_switch_fiber(nullptr, &self->left_->stack_bottom_, &self->left_->stack_bytes_);
#endif
  self->restore_exceptions();
  self->body_(self->argument_);
  std::terminate();
}

void Fiber::switch_to(Fiber& other) {
  save_exceptions();
  other.left_ = this;
#if defined(SHMLAB_ASAN)
  __sanitizer_start_switch_fiber(&sanitizer_stack_, other.stack_bottom_, other.stack_bytes_);
#endif
#if !defined(SHMLAB_FIBER_PORTABLE)
  shmlab_switch_stack(&stack_pointer_, other.stack_pointer_);
#else
  swapcontext(&context_, &other.context_);
#endif
#if defined(SHMLAB_ASAN)
  __sanitizer_finish_switch_fiber(sanitizer_stack_, &left_->stack_bottom_, &left_->stack_bytes_);
#endif
  restore_exceptions();
}

void Fiber::save_exceptions() {
  std::memcpy(static_cast<void*>(&exceptions_), abi::__cxa_get_globals(), sizeof exceptions_);
}

void Fiber::restore_exceptions() {
  std::memcpy(static_cast<void*>(abi::__cxa_get_globals()), &exceptions_, sizeof exceptions_);
}

}  // namespace shmlab::explore
