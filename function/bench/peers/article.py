"""A peer as articles recommend it: a pickled scikit-learn model behind Flask and gunicorn."""

import os
import pickle
from pathlib import Path

import pandas as pd
from flask import Flask, Response, jsonify, request

# fmt: off
FEATURES = [
    "CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE", "DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT"
]
# fmt: on

MODEL = pickle.loads(Path(os.environ["MODEL_PICKLE"]).read_bytes())

app = Flask(__name__)


@app.route("/")
def alive() -> str:
    return "I'M ALIVE!"


@app.route("/predict", methods=["POST"])
def predict() -> Response:
    row = pd.DataFrame([request.get_json()], columns=FEATURES)
    return jsonify({"status": "ok", "predict": float(MODEL.predict(row)[0])})
