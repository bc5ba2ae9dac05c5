#include "explore/sc_order.hpp"

#include <algorithm>

namespace shmlab::explore {

void ScOrder::clear() {
  used_ = past;
  before_[0] = 0;
  after_[0] = 0;
}

void ScOrder::order(ScNodes before, ScNodes after) {
  if (before == 0 || after == 0) { return; }
  const ScNodes first = until(before);
  const ScNodes last = from(after);
  for (ScNodes left = first; left != 0; left &= left - 1) { after_[index_of(left)] |= last; }
  for (ScNodes left = last; left != 0; left &= left - 1) { before_[index_of(left)] |= first; }
}

ScNodes ScOrder::add(ScNodes before, ScNodes after) {
  const ScNodes node = ~used_ & -~used_;
  used_ |= node;
  before_[index_of(node)] = 0;
  after_[index_of(node)] = 0;
  order(before, node | after);
  order(node, after);
  return node;
}

ScNodes ScOrder::retire() {
  // By the number of those who precede it is an order that S may have.
  std::array<std::size_t, most_nodes> nodes{};
  std::size_t count = 0;
  for (ScNodes left = used_ & ~past; left != 0; left &= left - 1) { nodes[count++] = index_of(left); }
  std::sort(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(count), [this](std::size_t a, std::size_t b) {
    const int first = std::popcount(before_[a]);
    const int second = std::popcount(before_[b]);
    return first != second ? first < second : a < b;
  });
  ScNodes retired = 0;
  for (std::size_t i = 0; i < (count + 1) / 2; ++i) { retired |= ScNodes{1} << nodes[i]; }

  used_ &= ~retired;
  before_[0] = 0;
  after_[0] = used_ & ~past;
  for (ScNodes left = used_ & ~past; left != 0; left &= left - 1) {
    before_[index_of(left)] = (before_[index_of(left)] & ~retired) | past;
  }
  return retired;
}

}  // namespace shmlab::explore
