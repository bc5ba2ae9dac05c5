#include "run/startup.hpp"

#include "run/interrupt.hpp"
#include "run/janitor.hpp"

namespace shmlab::run {

void start_runner() {
  start_janitor();
  catch_interrupts();
  let_interrupts_through();
}

}  // namespace shmlab::run
