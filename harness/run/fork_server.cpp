#include "run/fork_server.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <system_error>

#include "contract/error.hpp"
#include "env/carried_descriptors.hpp"
#include "run/die_with_parent.hpp"
#include "run/worker.hpp"

namespace shmlab::run {
namespace {

enum class Verb : std::uint32_t { fork_worker, reap };
struct Request {
  Verb verb = Verb::fork_worker;
  pid_t worker = 0;
};
struct Answer {
  pid_t worker = 0;  ///< negative: fork failed
  ExitStatus status;
};

pid_t fork_one(int server_socket, FileDescriptor talk) {
  const pid_t server = getpid();
  const pid_t pid = fork();
  if (pid != 0) { return pid; }
  close(server_socket);
  die_with_parent(server);
  setpgid(0, 0);  // cannot fail: our own process, not a session leader
  work(talk.get());
}

ExitStatus wait_for(pid_t worker) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(worker), &info, WEXITED) != 0 && errno == EINTR) {}
  return {info.si_code != CLD_EXITED, info.si_status};
}

[[noreturn]] void serve(int socket) {
  env::CarriedDescriptors::clear();  // of the case that the runner is just about to start
  for (const int signal : {SIGINT, SIGHUP, SIGTERM}) { std::signal(signal, SIG_DFL); }
  for (;;) {
    Request request;
    Received received = receive_message(socket, &request, sizeof request);
    if (!received.whole) { _exit(EXIT_SUCCESS); }  // the runner is gone
    Answer answer;
    if (request.verb == Verb::fork_worker) {
      // None came: this server may open no more.
      answer.worker = received.descriptors.empty() ? -1 : fork_one(socket, std::move(received.descriptors.front()));
    } else {
      answer.worker = request.worker;
      answer.status = wait_for(request.worker);
    }
    if (!send_message(socket, &answer, sizeof answer)) { _exit(EXIT_SUCCESS); }
  }
}

Answer ask(int socket, const Request& request, std::span<const int> descriptors) {
  Answer answer;
  if (!send_message(socket, &request, sizeof request, descriptors) || !receive_message(socket, &answer, sizeof answer).whole) {
    throw std::system_error(ECONNRESET, std::generic_category(), "the fork server died");
  }
  return answer;
}

}  // namespace

ForkServer::ForkServer() {
  auto [ours, theirs] = message_pair();
  const pid_t runner = getpid();
  const pid_t pid = fork();
  if (pid < 0) { throw std::system_error(errno, std::generic_category(), "fork (fork server)"); }
  if (pid == 0) {
    ours.reset();
    die_with_parent(runner);
    setpgid(0, 0);  // cannot fail: our own process, not a session leader
    serve(theirs.get());
  }
  socket_ = std::move(ours);
  server_ = Child(pid);
}

ForkServer::~ForkServer() = default;

pid_t ForkServer::fork_worker(int socket) {
  const Answer answer = ask(socket_.get(), {Verb::fork_worker, 0}, std::array{socket});
  if (answer.worker < 0) { throw BadInput("cannot fork a worker: the system has no process left (see ulimit -u)"); }
  return answer.worker;
}

ExitStatus ForkServer::reap(pid_t worker) {
  return ask(socket_.get(), {Verb::reap, worker}, {}).status;
}

}  // namespace shmlab::run
