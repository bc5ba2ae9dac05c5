#pragma once

#include <rapidcheck/Shrinkable.h>

namespace shmlab::run {

/// Goes down the tree of simpler values for as long as `fails` holds, asking at most `tries` times; returns the last that failed.
template <class T, class Fails>
T simplest(rc::Shrinkable<T> from, int tries, Fails fails) {
  for (bool found = true; found;) {
    found = false;
    auto simpler = from.shrinks();
    for (auto next = simpler.next(); next && tries > 0; next = simpler.next()) {
      --tries;
      if (fails(next->value())) {
        from = *next;
        found = true;
        break;
      }
    }
  }
  return from.value();
}

}  // namespace shmlab::run
