"""Seconds of each ULA step of a million points, as one writes it in NumPy, and of a million normal draws."""
import json
import sys
import time

import numpy as np

request = json.load(sys.stdin)
points, steps, seed = request["points"], request["steps"], request["seed"]
delta = 0.1
weights, means, variances = np.array([0.3, 0.7]), np.array([-2.0, 2.0]), np.array([0.25, 1.0])


def gaussian(x):
    return (0.0 - x) / 1.0


def mixture(x):
    toMean = means - x[:, None]
    exponents = np.log(weights) - 0.5 * np.log(2 * np.pi * variances) - toMean**2 / (2 * variances)
    shares = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return (shares * toMean / variances).sum(axis=1)


def ula(score):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(points)
    seconds = []
    last = time.perf_counter()
    for _ in range(steps):
        x = x + delta / 2 * score(x) + np.sqrt(delta) * rng.standard_normal(points)
        now = time.perf_counter()
        seconds.append(now - last)
        last = now
    return seconds


def draws():
    rng = np.random.default_rng(seed)
    seconds = []
    for _ in range(steps):
        last = time.perf_counter()
        rng.standard_normal(points)
        seconds.append(time.perf_counter() - last)
    return seconds


before = time.process_time()
gaussians = ula(gaussian)
processor = [(time.process_time() - before) / steps]
json.dump({"gaussian": gaussians, "processor": processor, "mixture": ula(mixture), "normal": draws()}, sys.stdout)
