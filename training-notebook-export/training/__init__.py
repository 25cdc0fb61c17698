"""Fits the model of the notebook, describes it with a model card and exports it to ONNX."""

import os

# ONNX Runtime's native library reads this when it loads; without it, the official builds send
# telemetry. It is set here because this module is imported first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
