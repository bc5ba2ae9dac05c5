"""Reads cases from standard input as JSON, and writes what scipy says of each: the reference of exact_scipy_test."""
import json
import math
import sys

from scipy import stats


def answer(case):
    kind = case["kind"]
    if kind == "binomial":
        return stats.binom.cdf(case["k"], case["n"], 0.5)
    if kind == "sign_test":
        n = case["above"] + case["below"]
        return stats.binomtest(case["above"], n, 0.5, alternative="greater").pvalue if n else 1.0
    if kind == "rank":  # the largest k with P(B < k) <= alpha
        return sum(1 for k in range(1, case["n"] + 1) if stats.binom.cdf(k - 1, case["n"], 0.5) <= case["alpha"])
    if kind == "quantile":
        return stats.norm.ppf(case["p"])
    if kind == "deviation":
        samples = case["samples"]
        spread = stats.median_abs_deviation(samples, scale=1 / 1.4826)
        low, high = stats.mstats.mquantiles(samples, [0.16, 0.84], alphap=1, betap=1)
        return max(spread, (high - low) / 2)
    raise ValueError(kind)


answers = [float(answer(case)) for case in json.load(sys.stdin)]
assert all(math.isfinite(one) for one in answers)
json.dump(answers, sys.stdout)
