"""What the scripts share that measure with `shmlab bench` and write a table into README.md: runs, their cases, figures with an interval."""
import json
import math
import pathlib
import re
import subprocess
import sys
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEAST_REPETITIONS = 10
# Of which those that are near the run's regime count: at least ten of them, unless the machine moves about.
REPETITIONS = 30
REPETITIONS_OF_SEARCH = 5


def values(numbers):
    return ",".join(str(number) for number in numbers)


def chosen(*groups):
    return [argument for group in groups for name in group for argument in ("--strategy", name)]


class NotMeasured(Exception):
    """A row that the run does not have, with the reason."""


@dataclass
class Figure:
    """A median with its interval, of a strategy."""
    name: str
    median: float
    low: float
    high: float
    case: dict

    def text(self):
        waiting = self.case.get("waiting", "pause") if self.case else "pause"
        how = "" if waiting == "pause" else f", {waiting}"
        return f"{time_text(self.median)} (`{self.name}`{how})"


def time_text(ns):
    for unit, size in (("ns", 1), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)):
        if ns < 1000 * size or unit == "s":
            return f"{significant(ns / size)} {unit}"


def significant(number):
    if number == 0 or not math.isfinite(number):
        return "0" if number == 0 else "–"
    digits = max(0, 2 - math.floor(math.log10(abs(number))))
    return f"{number:.{digits}f}"


class Measured:
    """The cases of one run."""

    def __init__(self, result):
        self.ours = result["context"]["shmlab"]
        self.benchmarks = result["benchmarks"]

    def cases(self, scenario, strategy, **params):
        per_cpu = params.pop("per_cpu", 0)
        return [case for case in self.ours["cases"]
                if case["scenario"] == scenario and case["strategy"] == strategy and case.get("participants_per_cpu", 0) == per_cpu
                and all(case["params"][name] == value for name, value in params.items() if name in case["params"])]

    def why_not(self, scenario, strategy):
        reasons = [skipped["reason"] for skipped in self.ours["skipped"]
                   if skipped["scenario"] == scenario and skipped["strategy"] == strategy]
        return f"{strategy}: {reasons[0] if reasons else 'is not among the cases'}"

    def best(self, scenario, strategies, figure, **params):
        """The least figure of all those strategies in all their ways to wait; those that cannot be had are left out unless none is left."""
        found = [figure(case) for strategy in strategies for case in self.cases(scenario, strategy, **params)]
        found = [one for one in found if math.isfinite(one.median)]
        if not found:
            raise NotMeasured("; ".join(self.why_not(scenario, strategy) for strategy in strategies))
        return min(found, key=lambda one: one.median)


def number(value):
    return math.nan if value is None else value


def time_of(case):
    """Nanoseconds an operation."""
    time = case["summary"]["ns_per_operation"]
    return Figure(case["strategy"], number(time["median"]), number(time["low"]), number(time["high"]), case)


def heading_of(runs):
    first = next(iter(runs.values())).ours
    commits = ", ".join(dict.fromkeys(run.ours["commit"] for run in runs.values()))
    samples = min(case["summary"]["samples_used"] for run in runs.values() for case in run.ours["cases"])
    floors = [run.ours["floor"]["round_trip_ns"] for run in runs.values()]
    warnings = {re.sub(": load average.*", "", warning["what"]) for run in runs.values() for warning in run.ours["warnings"]}
    text = (f"shmlab {first['version']} ({commits}), {first['compiler']}, {first['machine']['cpu_model']}, "
            f"{first['started_at']}. Medians; at least {samples} samples of each case, of {len(runs)} interleaved runs, in which a "
            f"cache line took {time_text(min(floors))} to {time_text(max(floors))} there and back.")
    return text + (f" Warnings: {'; '.join(sorted(warnings))}." if warnings else "")


def bench(program, arguments, out, repetitions, profile, only):
    """One run of `shmlab bench`, whose result is left in `out`; `only`: its --benchmark_filter."""
    print(f"{out.stem}: shmlab bench {' '.join(arguments)}", file=sys.stderr)
    # 1: a case failed, and is a row that says so.
    done = subprocess.run([program, "bench", *arguments, "--profile", profile, "--repetitions", str(repetitions), "--out", str(out),
                           f"--benchmark_filter={only}"],
                          stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.returncode)


def fastest(cases, alike, count):
    """Names of the `count` fastest among the cases of which alike() says the same."""
    groups = {}
    for case in cases:
        time = number(case["summary"]["ns_per_operation"]["median"])
        if math.isfinite(time):
            groups.setdefault(json.dumps([case["scenario"], case["params"], alike(case)], sort_keys=True), []).append((time, case["name"]))
    return [name for group in groups.values() for _, name in sorted(group)[:count]]


def best_ways_to_wait(cases):
    """Names of the cases that are left when of those that only wait in different ways the fastest stays."""
    return fastest(cases, lambda case: case["strategy"], 1)


def measure(runs, finals, program, folder, repetitions, profile):
    """Each of the runs, a name with the arguments of `shmlab bench`; interleaved in itself, and left in the folder. Of one in `finals` a few repetitions
    of all cases come first; what counts is another run, of the cases alone that are chosen from them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, arguments in runs.items():
        only = "-harness/(history|schedule|forked_case)"
        if name in finals:
            search = folder / f"{name}-search.json"
            bench(program, arguments, search, REPETITIONS_OF_SEARCH, profile, only)
            names = finals[name](Measured(json.loads(search.read_text())).ours["cases"])
            only = f"^({'|'.join(map(re.escape, names))})/iterations"
        bench(program, arguments, folder / f"{name}.json", repetitions, profile, only)


def read(names, folder):
    return {name: Measured(json.loads((folder / f"{name}.json").read_text())) for name in names}


def option(arguments, name, otherwise):
    if name not in arguments:
        return otherwise
    at = arguments.index(name)
    if at + 1 == len(arguments):
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {name} needs a value")
    value = arguments[at + 1]
    del arguments[at:at + 2]
    return value


def tabulate(name, doc, runs, marker, text_and_code, finals=None):
    """The command line of a script that measures `runs` (measure() says what `finals` are) and writes between the marks `marker` of README.md what
    text_and_code() makes of them: a text, and the exit code."""
    arguments = sys.argv[1:]
    if "--help" in arguments:
        print(doc)
        return 0

    def usage(message):
        print(f"{name}: {message}", file=sys.stderr)
        return 2

    repetitions = option(arguments, "--repetitions", str(REPETITIONS))
    if not repetitions.isdigit() or int(repetitions) < LEAST_REPETITIONS:
        return usage(f"--repetitions is '{repetitions}': expected a whole number from {LEAST_REPETITIONS} on")
    profile = option(arguments, "--profile", "standard")
    only = option(arguments, "--only", None)
    if only is not None and only not in runs:
        return usage(f"--only is '{only}': expected one of {', '.join(runs)}")
    stored = option(arguments, "--from", None)
    prints = "--print" in arguments
    programs = [argument for argument in arguments if argument != "--print"]
    if len(programs) > 1 or any(program.startswith("-") for program in programs):
        return usage(f"'{programs[-1]}' is one too many: expected one program at most; see --help")
    folder = pathlib.Path(stored) if stored else ROOT / "results/speed"
    if not stored:
        program = programs[0] if programs else ROOT / "build/release/shmlab"
        measure({only: runs[only]} if only else runs, finals or {}, program, folder, int(repetitions), profile)
    missing = [run for run in runs if not (folder / f"{run}.json").exists()]
    if missing:
        return usage(f"{folder} has no {missing[0]}.json: expected what a run without --from has left")
    text, code = text_and_code(read(runs, folder))
    if prints:
        print(text, end="")
    else:
        begin, end = f"<!-- {marker}: written by scripts/{name}; do not edit by hand -->\n", f"<!-- end of {marker} -->\n"
        readme = ROOT / "README.md"
        before, rest = readme.read_text().split(begin)
        _, after = rest.split(end)
        readme.write_text(f"{before}{begin}\n{text}\n{end}{after}")
    return code
