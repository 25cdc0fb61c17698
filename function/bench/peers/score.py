"""Predicts the rows of a file with pandas and ONNX Runtime: score.py MODEL INPUT OUTPUT."""

import sys
from pathlib import Path

import onnxruntime
import pandas

# fmt: off
FEATURES = ["CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE", "DIS", "RAD", "TAX", "PTRATIO", "B",
            "LSTAT"]
# fmt: on
CHUNK = 100_000

model, source, target = sys.argv[1:]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
with Path(target).open("w", encoding="utf-8", newline="") as out:
    for number, rows in enumerate(pandas.read_csv(source, chunksize=CHUNK)):
        features = rows[FEATURES].to_numpy("float64")
        predictions, interval = session.run(["predict", "interval"], {"features": features})
        rows["predict"] = predictions[:, 0]
        rows["lower"] = interval[:, 0]
        rows["upper"] = interval[:, 1]
        rows.to_csv(out, index=False, header=number == 0)
