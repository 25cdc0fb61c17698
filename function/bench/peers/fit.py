"""fit.py DATA.csv MODEL.pickle: the article's model, fitted and pickled."""

import pickle
import sys
from pathlib import Path

import pandas as pd
from sklearn.linear_model import LinearRegression

TARGET = "MEDV"

data = pd.read_csv(sys.argv[1])
model = LinearRegression().fit(data.drop(columns=TARGET), data[TARGET])
Path(sys.argv[2]).write_bytes(pickle.dumps(model))
