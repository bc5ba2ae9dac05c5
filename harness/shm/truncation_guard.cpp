#include "shm/truncation_guard.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <utility>

namespace shmlab::shm {
namespace {

constexpr std::size_t most_mappings = 64;
constexpr std::size_t longest_subject = 200;

/// Written before `base` is: a handler that sees the base sees the rest.
struct Known {
  std::atomic<bool> taken{false};
  std::atomic<std::uintptr_t> base{0};  ///< 0: not mapped
  std::size_t bytes = 0;
  std::atomic<int> fd{-1};
  std::array<char, longest_subject> subject{};
  std::size_t subject_bytes = 0;
};

std::array<Known, most_mappings> known;
std::atomic<TellOfLoss> tell_of_loss{nullptr};
static_assert(std::atomic<TellOfLoss>::is_always_lock_free, "a signal handler reads it");

/// A line that is put together without memory of its own: signal-safety(7).
class Line {
 public:
  Line& operator<<(std::string_view text) {
    const std::size_t room = text_.size() - bytes_;
    const std::size_t taken = std::min(room, text.size());
    std::copy_n(text.begin(), taken, text_.begin() + static_cast<std::ptrdiff_t>(bytes_));
    bytes_ += taken;
    return *this;
  }
  Line& operator<<(std::uint64_t number) {
    std::array<char, 20> digits{};
    std::size_t first = digits.size();
    do {
      digits[--first] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    return *this << std::string_view(digits.data() + first, digits.size() - first);
  }
  [[nodiscard]] std::string_view text() const { return {text_.data(), bytes_}; }

 private:
  std::array<char, longest_subject + 200> text_{};
  std::size_t bytes_ = 0;
};

void tell_and_exit(const Known& mapping, std::uintptr_t base, std::uintptr_t address) {
  Line line;
  line << std::string_view(mapping.subject.data(), mapping.subject_bytes) << ": was truncated by another process";
  struct stat status{};
  // relaxed: the base, acquired, orders it
  if (fstat(mapping.fd.load(std::memory_order_relaxed), &status) == 0) {
    line << ", to " << static_cast<std::uint64_t>(status.st_size) << " bytes";
  }
  line << ": byte " << static_cast<std::uint64_t>(address - base) << " of " << static_cast<std::uint64_t>(mapping.bytes)
       << " is gone";
  // relaxed: set before the handler was, which the kernel orders
  _exit(tell_of_loss.load(std::memory_order_relaxed)(line.text()));
}

void on_bus_error(int signal, siginfo_t* info, void* /*context*/) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (const Known& mapping : known) {
    // acquire: pairs with the release in move_to(); the rest is there
    const std::uintptr_t base = mapping.base.load(std::memory_order_acquire);
    if (info->si_code == BUS_ADRERR && base != 0 && address >= base && address - base < mapping.bytes) {
      tell_and_exit(mapping, base, address);
    }
  }
  std::signal(signal, SIG_DFL);               // not ours: it comes again, and kills
  if (info->si_code <= 0) { raise(signal); }  // sent by a process, so it does not
}

}  // namespace

void guard_against_truncation(TellOfLoss tell) {
  // relaxed: the handler is set afterwards
  tell_of_loss.store(tell, std::memory_order_relaxed);
  struct sigaction action{};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, nullptr);  // cannot fail: a valid signal
}

GuardedMapping::GuardedMapping(const void* base, std::size_t bytes, int fd, std::string_view subject) {
  for (std::size_t slot = 0; slot < known.size(); ++slot) {
    // acquire: pairs with the release in forget(); whoever had the slot is done with it
    if (known[slot].taken.exchange(true, std::memory_order_acquire)) { continue; }
    slot_ = slot;
    known[slot].bytes = bytes;
    known[slot].subject_bytes = std::min(subject.size(), longest_subject);
    std::copy_n(subject.begin(), known[slot].subject_bytes, known[slot].subject.begin());
    use_descriptor(fd);
    move_to(base);
    return;
  }
}

GuardedMapping::GuardedMapping(GuardedMapping&& other) noexcept : slot_(std::exchange(other.slot_, none)) {}

GuardedMapping& GuardedMapping::operator=(GuardedMapping&& other) noexcept {
  if (this != &other) {
    forget();
    slot_ = std::exchange(other.slot_, none);
  }
  return *this;
}

void GuardedMapping::move_to(const void* base) {
  // release: pairs with the acquire in on_bus_error()
  if (slot_ != none) { known[slot_].base.store(reinterpret_cast<std::uintptr_t>(base), std::memory_order_release); }
}

void GuardedMapping::use_descriptor(int fd) {
  // relaxed: a message is all that depends on it
  if (slot_ != none) { known[slot_].fd.store(fd, std::memory_order_relaxed); }
}

void GuardedMapping::forget() noexcept {
  if (slot_ == none) { return; }
  Known& mapping = known[std::exchange(slot_, none)];
  // relaxed: the release, next, orders it
  mapping.base.store(0, std::memory_order_relaxed);
  // release: pairs with the acquire of who takes the slot next
  mapping.taken.store(false, std::memory_order_release);
}

}  // namespace shmlab::shm
