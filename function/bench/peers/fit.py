"""fit.py DATA.csv MODEL.pickle: the article's model, fitted and pickled."""

import pickle
import sys

import pandas as pd
from sklearn.linear_model import LinearRegression

TARGET = "MEDV"

data = pd.read_csv(sys.argv[1])
model = LinearRegression().fit(data.drop(columns=TARGET), data[TARGET])
with open(sys.argv[2], "wb") as file:
    pickle.dump(model, file)
