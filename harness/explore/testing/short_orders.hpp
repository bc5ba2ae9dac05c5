#pragma once

#include <atomic>
#include <cstdint>

/// Names as short as those of the literature, for programs that are written out.
namespace shmlab::explore::testing::short_orders {

inline constexpr auto rlx = std::memory_order_relaxed;
inline constexpr auto acq = std::memory_order_acquire;
inline constexpr auto rel = std::memory_order_release;
inline constexpr auto acr = std::memory_order_acq_rel;
inline constexpr auto sc = std::memory_order_seq_cst;
inline constexpr std::uint32_t x = 0;
inline constexpr std::uint32_t y = 1;
inline constexpr std::uint32_t z = 2;

}  // namespace shmlab::explore::testing::short_orders
