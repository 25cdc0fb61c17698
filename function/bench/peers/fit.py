"""fit.py DATA.csv EVALUATION.csv MODEL.pickle: the article's model, fitted and pickled.

Like the function's model, it is fitted on the rows of DATA.csv that are not in EVALUATION.csv, so
both must predict the same.
"""

import pickle
import sys
from io import StringIO
from pathlib import Path

import pandas as pd
from sklearn.linear_model import LinearRegression

TARGET = "MEDV"

header, *lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
held_out = set(Path(sys.argv[2]).read_text(encoding="utf-8").splitlines())
kept = [line for line in lines if line not in held_out]
data = pd.read_csv(StringIO("\n".join([header, *kept])))
model = LinearRegression().fit(data.drop(columns=TARGET), data[TARGET])
Path(sys.argv[3]).write_bytes(pickle.dumps(model))
