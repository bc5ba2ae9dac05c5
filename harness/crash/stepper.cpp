#include "crash/stepper.hpp"

#include <dlfcn.h>
#include <fmt/core.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <utility>

namespace shmlab::crash {
namespace {

/// What the register of a child points to, that was forked from us: its code is ours.
[[maybe_unused]] const void* in_our_code(std::uint64_t address) {
  return reinterpret_cast<const void*>(address);  // NOLINT(performance-no-int-to-ptr): it is no pointer in this process
}

}  // namespace

bool Stepper::stop_to_be_led() {
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) { return false; }  // EPERM: forbidden, or somebody else leads it
  raise(SIGSTOP);
  return true;
}

bool Stepper::has_stopped() {
  if (is_stopped_) { return true; }
  siginfo_t info{};
  // ECHILD: it is gone, as the next look for its end says
  if (waitid(P_PID, static_cast<id_t>(child_), &info, WSTOPPED | WNOHANG) != 0 || info.si_pid == 0) { return false; }
  note_stop();
  return true;
}

void Stepper::note_stop() {
  is_stopped_ = true;
  if (std::exchange(dies_with_us_, true)) { return; }
  // ESRCH, here and below: it has been killed meanwhile.
  ptrace(PTRACE_SETOPTIONS, child_, nullptr, PTRACE_O_EXITKILL);
}

void Stepper::step() {
  if (!is_stopped_) { return; }
  const bool may_last = is_at_system_call();
  is_stopped_ = false;
  ptrace(PTRACE_SINGLESTEP, child_, nullptr, nullptr);
  if (may_last) { return; }
  await_change();
}

/// Of its end somebody else is told (WNOWAIT), and of its stop has_stopped() then.
void Stepper::await_change() const {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(child_), &info, WSTOPPED | WEXITED | WNOWAIT) != 0 && errno == EINTR) {}
}

void Stepper::run_to_system_call() {
  if (!is_stopped_) { return; }
  is_stopped_ = false;
  ptrace(PTRACE_SYSCALL, child_, nullptr, nullptr);
  await_change();
}

void Stepper::run_until_written([[maybe_unused]] std::uint64_t address) {
#if defined(__x86_64__)
  // AMD64 Architecture Programmer's Manual, volume 2, 13.1.1: DR7.L0, R/W0 = 01 (writes), LEN0 = 11 (four bytes)
  constexpr unsigned long writes_to_four_bytes = 1UL | 1UL << 16U | 3UL << 18U;
  const auto set = [this](std::size_t number, unsigned long value) {
    return ptrace(PTRACE_POKEUSER, child_, offsetof(user, u_debugreg) + number * sizeof(unsigned long), value) == 0;
  };
  if (!is_stopped_ || !set(0, address) || !set(7, writes_to_four_bytes)) { return; }
  is_stopped_ = false;
  ptrace(PTRACE_CONT, child_, nullptr, nullptr);
  await_change();
  if (has_stopped()) { set(7, 0); }
#endif
}

bool Stepper::run_to([[maybe_unused]] std::uint64_t address) {
#if defined(__x86_64__)
  // As above: R/W0 = 00 (execution), LEN0 = 00
  constexpr unsigned long executes = 1UL;
  constexpr std::size_t control = offsetof(user, u_debugreg) + 7 * sizeof(unsigned long);
  if (!is_stopped_ || ptrace(PTRACE_POKEUSER, child_, offsetof(user, u_debugreg), address) != 0 ||
      ptrace(PTRACE_POKEUSER, child_, control, executes) != 0) {
    return false;
  }
  is_stopped_ = false;
  ptrace(PTRACE_CONT, child_, nullptr, nullptr);
  return true;
#else
  return false;
#endif
}

void Stepper::forget_address() {
#if defined(__x86_64__)
  ptrace(PTRACE_POKEUSER, child_, offsetof(user, u_debugreg) + 7 * sizeof(unsigned long), 0UL);
#endif
}

std::uint64_t Stepper::address() const {
#if defined(__x86_64__)
  user_regs_struct registers{};
  return ptrace(PTRACE_GETREGS, child_, nullptr, &registers) == 0 ? registers.rip : 0;
#else
  return 0;
#endif
}

bool Stepper::is_at_system_call() const {
#if defined(__x86_64__)
  constexpr std::uint16_t system_call = 0x050f;  // SYSCALL (AMD64 Architecture Programmer's Manual, volume 3): 0F 05
  user_regs_struct registers{};
  if (ptrace(PTRACE_GETREGS, child_, nullptr, &registers) != 0) { return true; }
  std::uint16_t code = 0;
  std::memcpy(&code, in_our_code(registers.rip), sizeof code);
  return code == system_call;
#else
  return true;
#endif
}

void Stepper::release() {
  if (!is_stopped_) { return; }
  is_stopped_ = false;
  ptrace(PTRACE_DETACH, child_, nullptr, nullptr);
}

std::string Stepper::place() const {
#if defined(__x86_64__)
  user_regs_struct registers{};
  if (ptrace(PTRACE_GETREGS, child_, nullptr, &registers) != 0) { return "gone"; }
  Dl_info known{};
  if (dladdr(in_our_code(registers.rip), &known) == 0) { return "a place without a name"; }
  if (known.dli_sname == nullptr) { return std::filesystem::path(known.dli_fname).filename().string(); }
  return fmt::format("{}+{}", known.dli_sname, registers.rip - reinterpret_cast<std::uintptr_t>(known.dli_saddr));
#else
  return "a place that is named on x86-64 only";
#endif
}

}  // namespace shmlab::crash
