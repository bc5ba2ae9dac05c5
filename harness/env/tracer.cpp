#include "env/tracer.hpp"

namespace shmlab::env {

std::string_view to_string(Operation operation) {
  switch (operation) {
    case Operation::load: return "load";
    case Operation::store: return "store";
    case Operation::exchange: return "exchange";
    case Operation::compare_exchange: return "compare_exchange";
    case Operation::fetch_add: return "fetch_add";
    case Operation::fetch_sub: return "fetch_sub";
    case Operation::fetch_or: return "fetch_or";
    case Operation::fetch_and: return "fetch_and";
    case Operation::get: return "get";
    case Operation::set: return "set";
    case Operation::copy_in: return "copy_in";
    case Operation::copy_out: return "copy_out";
    case Operation::fence: return "fence";
    case Operation::futex_wait: return "futex_wait";
    case Operation::futex_wake: return "futex_wake";
    case Operation::wait: return "wait";
    case Operation::post: return "post";
    case Operation::lock: return "lock";
    case Operation::unlock: return "unlock";
    case Operation::signal: return "signal";
    case Operation::broadcast: return "broadcast";
    case Operation::send: return "send";
    case Operation::receive: return "receive";
    case Operation::robust_list: return "robust_list";
    case Operation::pause: return "pause";
    case Operation::yield: return "yield";
  }
  return "unknown";
}

}  // namespace shmlab::env
