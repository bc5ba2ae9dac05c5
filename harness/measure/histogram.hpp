#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "contract/config.hpp"

namespace shmlab::measure {

/// Log-linear histogram of durations in ticks, with constant relative error. The idea is HdrHistogram's (Gil Tene).
/// Plain data for shared memory: no pointers, and all bytes zero is the valid empty histogram. Written by one participant
/// without synchronisation; read by others only after something else has told them that it finished.
///
/// Every octave has 128 buckets. Values below 256 are kept exactly; above, a bucket is at most 1/128 (0.78 %) of its values
/// wide, and a percentile, being a bucket's middle, is within 1/256 (0.39 %) of the recorded value of that rank.
/// Values from 2^36 on (22 s at 3 GHz) fall into the last bucket and are counted in overflow().
class alignas(line_pair_bytes) Histogram {
 public:
  static constexpr unsigned sub_bucket_bits = 7;
  static constexpr unsigned range_bits = 36;
  static constexpr std::size_t sub_buckets = std::size_t{1} << sub_bucket_bits;
  static constexpr std::size_t bucket_count = (range_bits - sub_bucket_bits + 1) * sub_buckets;
  /// The largest value that has a bucket of its own size.
  static constexpr std::uint64_t largest_value = (std::uint64_t{1} << range_bits) - 1;

  /// Adds one value.
  void record(std::uint64_t value) noexcept {
    std::size_t bucket = bucket_of(value);
    if (value > largest_value) [[unlikely]] {
      bucket = bucket_count - 1;
      ++overflow_;
    }
    ++buckets_[bucket];
    ++count_;
    sum_ += value;
    max_ = std::max(max_, value);
  }

  /// Adds everything that `other` recorded, as if it had been recorded here.
  void merge(const Histogram& other) noexcept {
    for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) { buckets_[bucket] += other.buckets_[bucket]; }
    count_ += other.count_;
    overflow_ += other.overflow_;
    sum_ += other.sum_;
    max_ = std::max(max_, other.max_);
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// The largest value recorded, exactly; 0 when empty.
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  /// The exact sum of all values, modulo 2^64.
  [[nodiscard]] std::uint64_t sum() const noexcept { return sum_; }
  /// NaN when empty.
  [[nodiscard]] double mean() const noexcept {
    return count_ == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(sum_) / static_cast<double>(count_);
  }
  /// How many values were above largest_value.
  [[nodiscard]] std::uint64_t overflow() const noexcept { return overflow_; }

  /// The value of rank ceil(q * count()), 0 < q <= 1, to the precision above: the middle of its bucket, but never above max(),
  /// and max() itself for the last rank and for values without a bucket of their own. 0 when empty.
  [[nodiscard]] std::uint64_t percentile(double q) const noexcept {
    const std::uint64_t rank = rank_of(q, count_);
    if (rank == count_) { return max_; }
    std::uint64_t cumulative = 0;
    for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
      cumulative += buckets_[bucket];
      if (cumulative >= rank) {
        const bool clamped = bucket == bucket_count - 1 && overflow_ != 0;
        return clamped ? max_ : std::min(middle(bucket), max_);
      }
    }
    return max_;
  }

  /// The bucket that a value up to largest_value falls into.
  [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
    // Values of the first two octaves shift by 0; each further octave by one more, which also moves on by sub_buckets.
    const auto shift = static_cast<unsigned>(std::bit_width(value | sub_buckets)) - (sub_bucket_bits + 1);
    return (std::size_t{shift} << sub_bucket_bits) + static_cast<std::size_t>(value >> shift);
  }
  /// The smallest value of a bucket below bucket_count.
  [[nodiscard]] static constexpr std::uint64_t lower_bound(std::size_t bucket) noexcept {
    const std::size_t shift = shift_of(bucket);
    return std::uint64_t{bucket - (shift << sub_bucket_bits)} << shift;
  }
  /// The largest value of a bucket below bucket_count. The last one also holds the overflow().
  [[nodiscard]] static constexpr std::uint64_t upper_bound(std::size_t bucket) noexcept {
    return lower_bound(bucket) + (std::uint64_t{1} << shift_of(bucket)) - 1;
  }
  [[nodiscard]] std::uint64_t count_in(std::size_t bucket) const noexcept { return buckets_[bucket]; }

  /// Calls `visit(lower_bound, upper_bound, count)` for each bucket that is not empty, in ascending order.
  template <class Visit>
  void for_each_bucket(Visit&& visit) const {
    for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
      if (buckets_[bucket] != 0) { visit(lower_bound(bucket), upper_bound(bucket), buckets_[bucket]); }
    }
  }

  /// The rank in 1..count that a quantile stands for: ceil(q * count). A product that misses an integer only by the rounding
  /// of `q` counts as that integer, so that 0.07 of 100 is the 7th value. 0 when count is 0.
  [[nodiscard]] static std::uint64_t rank_of(double q, std::uint64_t count) noexcept {
    const double rounding = 4 * std::numeric_limits<double>::epsilon();
    const double rank = std::ceil(q * static_cast<double>(count) * (1 - rounding));
    return std::clamp(static_cast<std::uint64_t>(rank), std::min<std::uint64_t>(1, count), count);
  }

 private:
  [[nodiscard]] static constexpr std::size_t shift_of(std::size_t bucket) noexcept {
    return bucket < 2 * sub_buckets ? 0 : (bucket >> sub_bucket_bits) - 1;
  }
  [[nodiscard]] static constexpr std::uint64_t middle(std::size_t bucket) noexcept {
    return lower_bound(bucket) + (std::uint64_t{1} << shift_of(bucket)) / 2;
  }

  std::uint64_t count_ = 0;
  std::uint64_t overflow_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t max_ = 0;
  std::array<std::uint64_t, bucket_count> buckets_{};
};

}  // namespace shmlab::measure
