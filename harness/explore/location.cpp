#include "explore/location.hpp"

#include <algorithm>
#include <limits>

namespace shmlab::explore {

void Message::reset(std::uint64_t first_value) {
  value = first_value;
  at = 0;
  author = nobody;
  fused = false;
  where = {};
  write_sources = 0;
  read_sources = 0;
  targets = 0;
}

void Location::reset(std::uint64_t first_value, std::size_t width) {
  if (pool_.empty()) { pool_.emplace_back(); }
  order_.clear();
  order_.push_back(&pool_.front());
  pool_.front().reset(first_value);
  pool_.front().released.clear(width);
}

std::size_t Location::position_of(Timestamp at) const {
  std::size_t position = last();
  while (order_[position]->at > at) { --position; }
  return position;
}

bool Location::has_room(std::size_t position) const {
  const Timestamp before = order_[position - 1]->at;
  if (position == size()) { return before <= std::numeric_limits<Timestamp>::max() - gap_; }
  return order_[position]->at - before >= 2;
}

Message& Location::insert(std::size_t position) {
  if (pool_.size() == size()) { pool_.emplace_back(); }
  Message& message = pool_[size()];
  const Timestamp before = order_[position - 1]->at;
  message.at = position == size() ? before + gap_ : before + (order_[position]->at - before) / 2;
  message.write_sources = message.read_sources = message.targets = 0;
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(position), &message);
  return message;
}

void Location::respace() {
  for (std::size_t position = 0; position < size(); ++position) { order_[position]->at = respaced(position); }
}

}  // namespace shmlab::explore
