#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "shm/file_descriptor.hpp"

namespace shmlab::env {

/// The file descriptors that belong to the objects of a case as its region does. Who creates an object opens them and adds them here; the object
/// keeps their tickets in the region. Every participant then has them, however it comes to be: a thread and a forked child have what their process
/// had, others are given them beside the region's descriptor, by exec or over a socket. A ticket means the same in all of them, the number behind
/// it does not. No name stands for them anywhere: they are gone with the last process that has them.
///
/// One set a process, since its cases follow each other. Changed while the process has one thread, read by any.
class CarriedDescriptors {
 public:
  /// Of all the objects of a case together; the kernel passes at most 253 at a time (unix(7), SCM_MAX_FD).
  static constexpr std::size_t most = 64;

  /// Takes `fd` over and returns its ticket. It gets a number that none of those has which a participant is given by number, and close-on-exec.
  /// Throws BadInput when the process may open no more (ulimit -n), or the case has `most` already.
  static std::uint32_t add(shm::FileDescriptor fd);
  /// The number of the descriptor in this process. Throws std::out_of_range for a ticket that nobody was given here.
  static int at(std::uint32_t ticket);
  /// Closes this process's descriptor; nothing for a ticket that nobody was given here: it may have been written over.
  static void drop(std::uint32_t ticket);

  /// What a participant has to be given, in the order of the tickets, which start at 0.
  static std::vector<int> all();
  /// By a participant that is no thread or child of who opened them: these are the descriptors behind the tickets 0, 1, ... Drops those of before.
  static void adopt(std::vector<shm::FileDescriptor> descriptors);
  /// Drops them all.
  static void clear();

 private:
  static std::array<shm::FileDescriptor, most>& set();
};

/// Descriptors that are there for a scope: when it begins there are none, and when it ends there are none again.
class CarriedScope {
 public:
  CarriedScope() { CarriedDescriptors::clear(); }
  ~CarriedScope() { CarriedDescriptors::clear(); }
  CarriedScope(const CarriedScope&) = delete;
  CarriedScope& operator=(const CarriedScope&) = delete;
};

}  // namespace shmlab::env
