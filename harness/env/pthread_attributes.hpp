#pragma once

#include <system_error>

namespace shmlab::env {

/// Functions of the threads library return the error, and leave errno alone. Throws std::system_error for one.
inline void expect_success(int error, const char* function) {
  if (error != 0) { throw std::system_error(error, std::system_category(), function); }
}

/// Attributes of a pthread object, destroyed on every way out.
template <class Attributes, int (*init)(Attributes*), int (*destroy)(Attributes*)>
class PthreadAttributes {
 public:
  PthreadAttributes() { expect_success(init(&attributes_), "initialising pthread attributes"); }
  ~PthreadAttributes() { destroy(&attributes_); }  // cannot fail: they are initialised
  PthreadAttributes(const PthreadAttributes&) = delete;
  PthreadAttributes& operator=(const PthreadAttributes&) = delete;
  Attributes* get() { return &attributes_; }

 private:
  Attributes attributes_{};
};

}  // namespace shmlab::env
