#pragma once

#include <atomic>
#include <cstdint>
#include <source_location>

#include "env/model.hpp"
#include "measure/session.hpp"

namespace shmlab::run {

/// Stamps of an explored history. Memory has no time, so both ends of each operation add one to a word that all share: what has returned
/// before another is called happens before it, and that it is seen there is then for the strategy to keep. What overlaps stays free.
class ModelledStamps final : public measure::Stamps {
 public:
  /// `word`: 8 zeroed bytes of the explored memory.
  explicit ModelledStamps(void* word) : word_{word, sizeof(std::uint64_t)} {}

  std::uint64_t next() override {
    const env::OutsideSource no_operation_of_the_strategy;
    // acq_rel: pairs with the same of whoever stamps before or after
    return env::model->update(word_, env::Update::add, 1, std::memory_order_acq_rel, std::source_location::current());
  }

 private:
  env::AtomicWord word_;
};

}  // namespace shmlab::run
