"""Does what Walk.java does without options, with ONNX Runtime for Python."""

import sys
import time

import numpy as np
import onnxruntime

FEATURES = 13


def main(model: str, file: str) -> None:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options)
    rows = np.fromfile(file, "<f4").reshape(-1, FEATURES)
    done = 0
    for line in sys.stdin:
        if line == "predict\n":
            print(session.run(None, {"x": rows[:1000]})[0].ravel().tolist(), flush=True)
            continue
        size, calls = map(int, line.split())
        start = time.perf_counter_ns()
        for _ in range(calls):
            done = done if done + size <= len(rows) else 0
            session.run(None, {"x": rows[done : done + size]})
            done += size
        print(time.perf_counter_ns() - start, flush=True)


main(*sys.argv[1:])
