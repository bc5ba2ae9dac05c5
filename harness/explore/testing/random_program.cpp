#include "explore/testing/random_program.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace shmlab::explore::testing {
namespace {

using Orders = std::span<const std::memory_order>;

constexpr std::array load_orders{std::memory_order_relaxed, std::memory_order_acquire, std::memory_order_seq_cst};
constexpr std::array store_orders{std::memory_order_relaxed, std::memory_order_release, std::memory_order_seq_cst};
constexpr std::array both_orders{std::memory_order_relaxed, std::memory_order_acquire, std::memory_order_release,
                                 std::memory_order_acq_rel, std::memory_order_seq_cst};
constexpr std::array fence_orders{std::memory_order_acquire, std::memory_order_release, std::memory_order_acq_rel,
                                  std::memory_order_seq_cst};

/// What most operations of a program have.
enum class Flavour : std::uint8_t { relaxed, acquire_release, seq_cst, any };

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed), flavour_(static_cast<Flavour>(below(4))) {}

  LitmusProgram program() {
    if (chance(25)) {
      scatter();
    } else {
      close_a_cycle();
      if (chance(40) && instructions_ < most) { add_anything(); }
    }
    put_fences();
    return std::move(program_);
  }

 private:
  static constexpr std::size_t most = 8;  // instructions

  /// Uniform enough for small bounds, and the same with every standard library.
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(std::size_t percent) { return below(100) < percent; }

  /// Accesses at random.
  void scatter() {
    locations_ = 1 + below(3);
    // Many accesses to one location have very many executions, and few that are of interest.
    const std::size_t threads = locations_ == 1 ? 2 : 2 + below(2);
    for (std::size_t thread = 0; thread < threads; ++thread) {
      program_.threads.emplace_back();
      for (std::size_t accesses = 1 + below(threads == 2 ? 3 : 2); accesses > 0; --accesses) {
        program_.threads.back().push_back(access(below(locations_)));
      }
    }
  }

  /// Shasha and Snir's critical cycle (TOPLAS 10(2), 1988), in which store buffering, message passing and the other classic shapes
  /// are: thread i goes from location i to the next one, where it conflicts with the thread that goes on from there, directly or
  /// by way of one store more.
  void close_a_cycle() {
    locations_ = chance(70) ? 2 : 3;
    program_.threads.resize(locations_);
    std::vector<Instruction> arrivals;
    for (std::size_t location = 0; location < locations_; ++location) {
      const bool by_way_of_another = locations_ + extra_threads_ < LitmusProgram::most_threads && chance(20);
      const std::size_t roles = by_way_of_another ? below(4) : below(3);  // bit 0: arriving reads, bit 1: leaving reads
      arrivals.push_back((roles & 1U) != 0 ? reading(location) : writing(location));
      program_.threads[location].push_back((roles & 2U) != 0 ? reading(location) : writing(location));
      if (by_way_of_another) {
        ++extra_threads_;
        program_.threads.push_back({writing(location)});
      }
    }
    for (std::size_t i = 0; i < locations_; ++i) { program_.threads[i].push_back(arrivals[(i + 1) % locations_]); }
  }

  void add_anything() {
    auto& thread = program_.threads[below(program_.threads.size())];
    const Instruction added = access(below(locations_));
    thread.insert(thread.begin() + static_cast<std::ptrdiff_t>(below(thread.size() + 1)), added);
  }

  /// Between accesses, where they may order something.
  void put_fences() {
    for (auto& thread : program_.threads) {
      for (std::size_t place = thread.size() - 1; place > 0; --place) {
        if (instructions_ == most || !chance(flavour_ == Flavour::relaxed ? 40 : 20)) { continue; }
        thread.insert(thread.begin() + static_cast<std::ptrdiff_t>(place), random_fence());
      }
    }
  }

  Instruction access(std::size_t location) { return chance(45) ? reading(location) : writing(location); }

  Instruction reading(std::size_t location) {
    if (chance(85)) {
      ++instructions_;
      return load(static_cast<std::uint32_t>(location), order(load_orders));
    }
    return update(location);
  }

  Instruction writing(std::size_t location) {
    if (chance(80)) {
      ++instructions_;
      return store(static_cast<std::uint32_t>(location), ++last_value_, order(store_orders));
    }
    return update(location);
  }

  Instruction update(std::size_t place) {
    ++instructions_;
    const auto location = static_cast<std::uint32_t>(place);
    const std::uint32_t value = ++last_value_;
    switch (below(3)) {
      case 0: return exchange(location, value, order(both_orders));
      // Sums are told apart from what is stored, and nearly always from each other.
      case 1: return fetch_add(location, 16 * value, order(both_orders));
      default: break;
    }
    const auto expected = static_cast<std::uint32_t>(chance(50) ? 0 : below(value));
    const std::memory_order success = order(both_orders);
    const std::memory_order failure = order(load_orders);
    return chance(30) ? compare_exchange_weak(location, expected, value, success, failure)
                      : compare_exchange(location, expected, value, success, failure);
  }

  Instruction random_fence() {
    ++instructions_;
    // Those that are worth most in a program of relaxed accesses.
    return fence(chance(50) ? std::memory_order_seq_cst : fence_orders[below(fence_orders.size())]);
  }

  /// One of those that the operation may have.
  std::memory_order order(Orders orders) {
    if (flavour_ == Flavour::any || chance(25)) { return orders[below(orders.size())]; }
    if (flavour_ == Flavour::relaxed) { return orders.front(); }
    if (flavour_ == Flavour::seq_cst) { return orders.back(); }
    return orders[orders.size() - 2];  // acquire, release or acq_rel
  }

  std::mt19937_64 random_;
  Flavour flavour_;
  LitmusProgram program_;
  std::size_t locations_ = 1;
  std::size_t extra_threads_ = 0;
  std::size_t instructions_ = 0;
  std::uint32_t last_value_ = 0;
};

}  // namespace

LitmusProgram random_program(std::uint64_t seed) {
  return Generator(seed).program();
}

}  // namespace shmlab::explore::testing
