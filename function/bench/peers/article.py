"""A peer: the article's way, a pickled scikit-learn model behind Flask and gunicorn."""

import os
import pickle

import pandas as pd
from flask import Flask, Response, jsonify, request

FEATURES = "CRIM ZN INDUS CHAS NOX RM AGE DIS RAD TAX PTRATIO B LSTAT".split()

with open(os.environ["MODEL_PICKLE"], "rb") as file:
    MODEL = pickle.load(file)

app = Flask(__name__)


@app.route("/")
def alive() -> str:
    return "I'M ALIVE!"


@app.route("/predict", methods=["POST"])
def predict() -> Response:
    row = pd.DataFrame([request.get_json()], columns=FEATURES)
    return jsonify({"status": "ok", "predict": float(MODEL.predict(row)[0])})
