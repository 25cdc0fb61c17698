"""Fits the model of the notebook, describes it with a model card and exports it to ONNX."""

import os

# Read by ONNX Runtime's native library when it loads: without it the official builds send
# telemetry. It stands here because this module is imported before every other one.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
