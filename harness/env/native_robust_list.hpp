#pragma once

#include <linux/futex.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace shmlab::env {

/// What makes a futex word a member of a robust list. It lies beside the word in shared memory, and only who holds the word uses it: the
/// pointers are addresses of the holder.
struct RobustLinks {
  robust_list* before = nullptr;  ///< who points at `next`
  robust_list next{};
};

/// A futex word with its links, which lie where a pthread mutex has its own: the kernel finds the word of every member of a list at the
/// same distance (robust_list_head::futex_offset), and glibc's mutexes are on that list too.
template <class Word>
struct alignas(void*) RobustWord {
  Word word{};
  std::array<std::byte, 5 * sizeof(void*) - sizeof(Word) - sizeof(RobustLinks)> elsewhere_in_a_mutex{};
  RobustLinks links{};
};

/// The robust list of the calling thread (set_robust_list(2); Linux, Documentation/locking/robust-futex-ABI.rst). A thread has one, which glibc
/// has given to the kernel for its robust mutexes; our words join it, linked both ways as glibc's nodes are (nptl/descr.h, ENQUEUE_MUTEX and
/// DEQUEUE_MUTEX), so that mutexes and words may be taken and given in any order. When the thread dies, the kernel marks each member that holds
/// its thread id with FUTEX_OWNER_DIED, and wakes a sleeper if FUTEX_WAITERS is set; the pending one, if it is free, has a sleeper woken too.
///
/// Death comes between any two instructions: each call leaves the list whole after every store. To the compiler the calls are in the
/// order of the source; to the kernel too, since it looks on behalf of the thread itself.
class NativeRobustList {
 public:
  /// Why words cannot be members on this system; empty when they can.
  static std::string unavailable();

  /// The word that the thread is about to take or to give; nullptr: none.
  static void set_pending(RobustLinks* links) {
    robust_list_head& head = of_this_thread();
    barrier();
    head.list_op_pending = links == nullptr ? nullptr : &links->next;
    barrier();
  }
  /// The thread has taken the word.
  static void add(RobustLinks& links) {
    robust_list_head& head = of_this_thread();
    robust_list* const first = head.list.next;
    links.next.next = first;
    links.before = &head.list;
    before_of(first) = &links.next;
    barrier();  // whole before it can be found
    head.list.next = &links.next;
    barrier();
  }
  /// The thread is about to give the word, which add() was called for.
  static void remove(RobustLinks& links) {
    robust_list* const next = links.next.next;
    before_of(next) = links.before;
    barrier();
    plain(links.before)->next = next;
    barrier();
    links = {};
  }

 private:
  static void barrier() { std::atomic_signal_fence(std::memory_order_seq_cst); }

  static robust_list_head& of_this_thread() {
    if (head_ == nullptr) { head_ = find(); }
    return *head_;
  }
  /// Throws Unavailable with the reason.
  static robust_list_head* find();

  /// Members of a mutex with priority inheritance are marked in the lowest bit of what points at them.
  static robust_list* plain(robust_list* marked) {
    constexpr std::uintptr_t mark = 1;
    return reinterpret_cast<robust_list*>(reinterpret_cast<std::byte*>(marked) -
                                          (reinterpret_cast<std::uintptr_t>(marked) & mark));
  }
  /// In every member, and in glibc's thread beside the head, the way back lies just before the way on.
  static robust_list*& before_of(robust_list* member) {
    return *reinterpret_cast<robust_list**>(reinterpret_cast<std::byte*>(plain(member)) - sizeof(robust_list*));
  }

  /// Of the calling thread; a forked child keeps the address, and glibc empties its list (nptl, _Fork).
  static inline thread_local robust_list_head* head_ = nullptr;
};

}  // namespace shmlab::env
